//! Drawings for paper, which has no stylesheet.

use std::fmt::Write as _;

/// What a class looks like in print: attributes that a stylesheet would overrule.
const LOOKS: &[(&str, &[(&str, &str)])] = &[
    ("c1", &[("fill", "#d2e4f4")]),
    ("c2", &[("fill", "#9fc8e6")]),
    ("c3", &[("fill", "#5fa3d0")]),
    ("c4", &[("fill", "#2872b2")]),
    ("c5", &[("fill", "#083a75")]),
    ("c4-on", &[("fill", "#ffffff")]),
    ("c5-on", &[("fill", "#ffffff")]),
    ("head", &[("font-weight", "bold")]),
    ("strong", &[("font-weight", "bold")]),
    ("mid", &[("text-anchor", "middle")]),
    ("end", &[("text-anchor", "end")]),
    ("source", &[("fill", "#444444"), ("font-size", "11")]),
    ("muted", &[("fill", "#444444")]),
    // Areas are drawn on a grid four times as fine.
    ("area", &[("stroke", "#ffffff"), ("stroke-width", "3")]),
    ("frame", &[("stroke", "#777777"), ("stroke-width", "4")]),
    ("islands", &[("stroke", "#444444"), ("stroke-width", "3")]),
    ("none", &[("stroke", "#666666")]),
    ("key", &[("stroke", "#444444")]),
    ("axis", &[("stroke", "#777777")]),
    ("hatch", &[("stroke", "#666666")]),
];

/// The same drawing with its looks in it, as light as on a white page: for files that stand alone. On a page the
/// stylesheet still holds.
pub fn printed(svg: &str) -> String {
    let mut res = String::with_capacity(svg.len() * 2);
    for (at, piece) in svg.split('<').enumerate() {
        if at > 0 {
            res.push('<');
        }
        let name = piece.split([' ', '>', '/']).next().unwrap_or_default();
        let (head, tail) = piece.split_at(name.len());
        res.push_str(head);
        match name {
            "svg" => res.push_str(" fill=\"none\" font-family=\"serif\" font-size=\"13\""),
            "text" | "path" | "rect" | "circle" => {
                for (attribute, value) in looks(name, tail) {
                    // Writing to a string cannot fail.
                    let _ = write!(res, " {attribute}=\"{value}\"");
                }
            }
            _ => {}
        }
        res.push_str(tail);
    }
    res
}

/// The attributes of an element, each once; the last class that names one wins.
fn looks<'a>(name: &str, tag: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut res: Vec<(&str, &str)> = if name == "text" { vec![("fill", "#000000")] } else { Vec::new() };
    let given = tag.split('>').next().unwrap_or_default();
    let classes = given.split_once("class=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default();
    for class in classes.split(' ') {
        let found = LOOKS.iter().find(|it| it.0 == class).map_or(&[][..], |it| it.1);
        for (attribute, value) in found.iter().filter(|it| !given.contains(&format!(" {}=", it.0))) {
            res.retain(|it| it.0 != *attribute);
            res.push((attribute, value));
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(svg: &str, expect: &str) {
        assert_eq!(printed(svg), expect);
    }

    #[test]
    fn classes_get_their_looks_once() {
        check("<path class=\"c1\" d=\"M0\"/>", "<path fill=\"#d2e4f4\" class=\"c1\" d=\"M0\"/>");
        check(
            "<path class=\"area none\" fill=\"url(#h)\" d=\"\">x</path>",
            "<path stroke-width=\"3\" stroke=\"#666666\" class=\"area none\" fill=\"url(#h)\" d=\"\">x</path>",
        );
        check("<text class=\"c5-on\">a</text>", "<text fill=\"#ffffff\" class=\"c5-on\">a</text>");
        check("<text x=\"1\">class=\"c1\"</text>", "<text fill=\"#000000\" x=\"1\">class=\"c1\"</text>");
        check(
            "<svg id=\"a\"><g/></svg>",
            "<svg fill=\"none\" font-family=\"serif\" font-size=\"13\" id=\"a\"><g/></svg>",
        );
    }
}
