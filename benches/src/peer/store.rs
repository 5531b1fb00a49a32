use anyhow::Result;
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

use super::{Place, Shape};

/// What their handbook advises for a server of this size, and one processor for each statement.
const SETTINGS: &str = "set jit = off; set work_mem = '24MB'; set maintenance_work_mem = '1GB';
    set random_page_cost = 1.1; set synchronous_commit = off;
    set max_parallel_workers_per_gather = 0; set max_parallel_maintenance_workers = 0;";

pub(super) async fn own_process(conn: &mut PgConnection) -> Result<i32> {
    Ok(sqlx::query("select pg_backend_pid()").fetch_one(conn).await?.try_get(0)?)
}

pub(super) async fn create_database(conn: &mut PgConnection, name: &str) -> Result<()> {
    run(conn, &format!("create database {name}")).await
}

pub(super) async fn database_size(conn: &mut PgConnection) -> Result<u64> {
    let size: i64 = sqlx::query("select pg_database_size(current_database())").fetch_one(conn).await?.try_get(0)?;
    Ok(u64::try_from(size).unwrap_or(0))
}

pub(super) async fn settle(conn: &mut PgConnection) -> Result<()> {
    run(conn, SETTINGS).await
}

/// Runs statements of our own.
pub(super) async fn run(conn: &mut PgConnection, sql: &str) -> Result<()> {
    conn.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await?;
    Ok(())
}

/// The places, and above each of them those on its path.
pub(super) async fn create_units(conn: &mut PgConnection, places: &[Place]) -> Result<()> {
    run(
        conn,
        "create table organisationunit (organisationunitid bigint primary key, uid char(11) not null unique,
             parentid bigint, hierarchylevel int not null, path varchar(255) not null)",
    )
    .await?;
    let mut into = conn.copy_in_raw("copy organisationunit from stdin").await?;
    for (id, parent, level, path) in places {
        let parent = parent.map_or("\\N".to_owned(), |it| it.to_string());
        let line = format!("{id}\tU{:010x}\t{parent}\t{level}\t{path}\n", id.rem_euclid(1 << 40) | level_bit(*level));
        into.send(line.as_bytes()).await?;
    }
    into.finish().await?;
    run(conn, "analyze organisationunit").await
}

/// Keeps the numbers of villages apart from those of the units above them when both are cut to ten digits.
fn level_bit(level: i32) -> i64 {
    if level == 4 { 1 << 39 } else { 0 }
}

pub(super) async fn create_figures(conn: &mut PgConnection, shape: Shape, codes: &[&str]) -> Result<()> {
    if shape == Shape::RollUp {
        return run(
            conn,
            "create table figure (unit bigint not null, month smallint not null, indicator smallint not null,
                 value bigint not null)",
        )
        .await;
    }
    run(
        conn,
        "create table dataelement (dataelementid bigint primary key, uid char(11) not null unique,
             aggregationtype varchar(50) not null);
         create table period (periodid bigint primary key, iso varchar(15) not null unique, startdate date not null,
             enddate date not null);
         insert into period select m, to_char(make_date(2026, m, 1), 'YYYYMM'), make_date(2026, m, 1),
             (make_date(2026, m, 1) + interval '1 month - 1 day')::date from generate_series(1, 12) m;
         create table datavalue (
             dataelementid bigint not null, periodid bigint not null, sourceid bigint not null,
             categoryoptioncomboid bigint not null, attributeoptioncomboid bigint not null, value varchar(50000),
             storedby varchar(255), created timestamp not null, lastupdated timestamp not null,
             comment varchar(50000), followup boolean, deleted boolean not null)",
    )
    .await?;
    for (at, code) in (1..).zip(codes) {
        sqlx::query("insert into dataelement values ($1, $2, 'SUM')")
            .bind(at)
            .bind(format!("D{code:0>10}"))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

pub(super) async fn copy(conn: &mut PgConnection, shape: Shape, lines: &str) -> Result<()> {
    copy_into(conn, if shape == Shape::Dhis2 { "datavalue" } else { "figure" }, lines).await
}

/// A table of figures that is what a system would keep: with its key, and on disk when COPY has returned.
pub(super) async fn create_kept(conn: &mut PgConnection) -> Result<()> {
    run(
        conn,
        "create table kept (unit bigint not null, month smallint not null, indicator smallint not null,
             value bigint not null, primary key (month, unit, indicator))",
    )
    .await
}

/// COPY into the table of [`create_kept`], durable.
pub(super) async fn copy_kept(conn: &mut PgConnection, lines: &str) -> Result<()> {
    run(conn, "set synchronous_commit = on").await?;
    copy_into(conn, "kept", lines).await?;
    run(conn, SETTINGS).await
}

pub(super) async fn drop_kept(conn: &mut PgConnection) -> Result<()> {
    run(conn, "drop table kept").await
}

async fn copy_into(conn: &mut PgConnection, table: &str, lines: &str) -> Result<()> {
    let mut into = conn.copy_in_raw(&format!("copy {table} from stdin")).await?;
    for some in lines.as_bytes().chunks(1 << 20) {
        into.send(some).await?;
    }
    into.finish().await?;
    Ok(())
}

/// The keys of the table of figures.
pub(super) fn keys(shape: Shape) -> Vec<String> {
    let steps: &[&str] = match shape {
        Shape::Dhis2 => &[
            "alter table datavalue add primary key
                 (dataelementid, periodid, sourceid, categoryoptioncomboid, attributeoptioncomboid)",
            "create index on datavalue (deleted)",
            "create index on datavalue (lastupdated)",
            "create index on datavalue (dataelementid) where deleted = false and (value is null or value = '')",
            "alter table datavalue add foreign key (dataelementid) references dataelement,
                 add foreign key (periodid) references period, add foreign key (sourceid) references organisationunit",
            "vacuum analyze datavalue",
        ],
        Shape::RollUp => &["alter table figure add primary key (month, unit, indicator)", "vacuum analyze figure"],
    };
    steps.iter().map(|it| (*it).to_owned()).collect()
}

/// Columns of the wide table beside those of its key; each gets an index, as each of theirs does.
const CALENDARS: &[&str] = &[
    "daily",
    "weekly",
    "weeklywednesday",
    "weeklythursday",
    "weeklyfriday",
    "weeklysaturday",
    "weeklysunday",
    "biweekly",
    "monthly",
    "bimonthly",
    "quarterly",
    "quarterlynovember",
    "sixmonthly",
    "sixmonthlyapril",
    "sixmonthlynovember",
    "yearly",
    "financialfebruary",
    "financialapril",
    "financialjuly",
    "financialaugust",
    "financialseptember",
    "financialoctober",
    "financialnovember",
];
const DIMENSIONS: &[&str] = &[
    "pestartdate",
    "peenddate",
    "year",
    "pe",
    "ou",
    "oulevel",
    "id",
    "elementgroup",
    "unitgroup",
    "uidlevel1",
    "uidlevel2",
    "uidlevel3",
    "uidlevel4",
];

/// What makes the totals answerable.
pub(super) fn totals(shape: Shape) -> Vec<String> {
    if shape == Shape::RollUp {
        return ROLL_UP.iter().map(|it| (*it).to_owned()).collect();
    }
    let mut steps: Vec<String> = FLAT.iter().map(|it| (*it).to_owned()).collect();
    let texts: Vec<String> = CALENDARS.iter().map(|it| format!("{it} text")).collect();
    steps.push(format!(
        "create unlogged table analytics (dx char(11) not null, co char(11) not null, ao char(11) not null,
             pestartdate date, peenddate date, year integer not null, pe text not null, ou char(11) not null,
             oulevel integer, id text, elementgroup char(11), unitgroup char(11), uidlevel1 char(11),
             uidlevel2 char(11), uidlevel3 char(11), uidlevel4 char(11), {},
             approvallevel integer, daysxvalue double precision, daysno integer not null, value double precision,
             textvalue text)",
        texts.join(", ")
    ));
    let filled: Vec<&str> = CALENDARS
        .iter()
        .map(|it| match *it {
            "monthly" => "p.iso",
            "bimonthly" => "p.bimonth",
            it if it.starts_with("quarterly") => "p.quarter",
            it if it.starts_with("sixmonthly") => "p.half",
            it if it == "yearly" || it.starts_with("financial") => "p.yearly",
            _ => "null",
        })
        .collect();
    steps.push(format!(
        "insert into analytics select e.uid, 'HllvX50cXC0', 'HllvX50cXC0', p.startdate, p.enddate, 2026, p.iso, u.uid,
             u.level, concat(e.uid, '-', p.iso, '-', u.uid, '-HllvX50cXC0-HllvX50cXC0'), e.elementgroup, u.unitgroup,
             u.uidlevel1, u.uidlevel2, u.uidlevel3, u.uidlevel4, {},
             0, v.value::double precision * p.days, p.days, v.value::double precision, null
         from datavalue v join flat_period p using (periodid) join flat_element e using (dataelementid)
             join flat_unit u on u.organisationunitid = v.sourceid
         where v.value is not null and v.deleted = false and (v.value <> '0' or e.aggregationtype = 'AVERAGE')
             and v.value ~* '^(-?[0-9]+)(\\.[0-9]+)?$'",
        filled.join(", ")
    ));
    steps.extend(["dx", "dx, co", "dx, ao"].iter().map(|it| format!("create index on analytics ({it})")));
    steps.extend(DIMENSIONS.iter().chain(CALENDARS).map(|it| format!("create index on analytics ({it})")));
    steps.push("analyze analytics".to_owned());
    steps
}

/// The hierarchy, the periods and the elements, flattened for the night's run.
const FLAT: &[&str] = &[
    "create unlogged table flat_unit as
     with recursive below as (
         select organisationunitid, array[uid::text] as uids from organisationunit where parentid is null
         union all
         select o.organisationunitid, b.uids || o.uid::text
         from organisationunit o join below b on o.parentid = b.organisationunitid)
     select o.organisationunitid, o.uid, o.hierarchylevel as level, 'K0000000001'::char(11) as unitgroup,
         uids[1]::char(11) as uidlevel1, uids[2]::char(11) as uidlevel2, uids[3]::char(11) as uidlevel3,
         uids[4]::char(11) as uidlevel4
     from below join organisationunit o using (organisationunitid)",
    "alter table flat_unit add primary key (organisationunitid)",
    "create unlogged table flat_period as
     select periodid, iso::text, startdate, enddate, enddate - startdate + 1 as days,
         to_char(startdate, 'YYYY') || lpad(((extract(month from startdate)::int + 1) / 2)::text, 2, '0') || 'B' as bimonth,
         to_char(startdate, 'YYYY\"Q\"Q') as quarter,
         to_char(startdate, 'YYYY') || 'S' || ((extract(month from startdate)::int + 5) / 6) as half,
         to_char(startdate, 'YYYY') as yearly
     from period",
    "create unlogged table flat_element as
     select dataelementid, uid, aggregationtype, ('G' || lpad((dataelementid % 6)::text, 10, '0'))::char(11) as elementgroup
     from dataelement",
    "analyze flat_unit; analyze flat_period; analyze flat_element",
];

/// Months and the year (month 0) of communes, provinces and the country.
const ROLL_UP: &[&str] = &[
    "create table above (unit bigint not null, top bigint not null);
     insert into above select o.organisationunitid, p.part::bigint
         from organisationunit o, string_to_table(trim(leading '/' from o.path), '/') p (part)
         where o.hierarchylevel = 4 and p.part::bigint <> o.organisationunitid;
     alter table above add primary key (unit, top); analyze above",
    "create table total (unit bigint not null, month smallint not null, indicator smallint not null,
         value bigint not null)",
    "insert into total select a.top, f.month, f.indicator, sum(f.value)
     from figure f join above a using (unit) group by 1, 2, 3",
    "insert into total select unit, 0, indicator, sum(value) from total group by 1, 3",
    "alter table total add primary key (unit, month, indicator)",
    "vacuum analyze total",
];

/// The questions of a desk as SQL: of many communes and provinces, as people ask.
pub(super) struct Questions {
    pub(super) unit: Vec<String>,
    pub(super) province: Vec<String>,
    pub(super) series: Vec<String>,
    pub(super) national: Vec<String>,
}

pub(super) async fn questions(conn: &mut PgConnection, shape: Shape) -> Result<Questions> {
    let countries = some_units(conn, shape, 1).await?;
    let provinces = some_units(conn, shape, 2).await?;
    let communes = some_units(conn, shape, 3).await?;
    if shape == Shape::RollUp {
        let from = "select unit, month, indicator, value from total where";
        let below = |it: &String| format!("select organisationunitid from organisationunit where parentid = {it}");
        let months = "month in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)";
        let every = "select organisationunitid from organisationunit where hierarchylevel = 3";
        return Ok(Questions {
            unit: communes.iter().map(|it| format!("{from} month = 12 and unit = {it}")).collect(),
            province: provinces.iter().map(|it| format!("{from} month = 12 and unit in ({})", below(it))).collect(),
            series: countries.iter().map(|it| format!("{from} {months} and unit = {it} and indicator <= 5")).collect(),
            national: vec![format!("{from} month = 12 and unit in ({every})")],
        });
    }
    let all = listed(conn, "select string_agg(quote_literal(uid), ',') from dataelement").await?;
    let five =
        listed(conn, "select string_agg(quote_literal(uid), ',') from dataelement where dataelementid <= 5").await?;
    let every =
        listed(conn, "select string_agg(quote_literal(uid), ',') from organisationunit where hierarchylevel = 3")
            .await?;
    let months = listed(conn, "select string_agg(quote_literal(iso), ',') from period").await?;
    let mut below = Vec::new();
    for it in &provinces {
        let sql = format!(
            "select string_agg(quote_literal(c.uid), ',') from organisationunit c join organisationunit p
             on c.parentid = p.organisationunitid where p.uid = '{it}'"
        );
        below.push(listed(conn, &sql).await?);
    }
    // As their server writes it: lists of everything that is asked, grouped.
    let ask = |elements: &str, level: u8, units: &str, months: &str| {
        format!(
            "select ax.dx, ax.uidlevel{level}, ax.monthly, sum(value) as value from analytics as ax
             where ax.dx in ({elements}) and ax.uidlevel{level} in ({units}) and ax.monthly in ({months})
                 and ax.year in (2026) group by ax.dx, ax.uidlevel{level}, ax.monthly"
        )
    };
    Ok(Questions {
        unit: communes.iter().map(|it| ask(&all, 3, &format!("'{it}'"), "'202612'")).collect(),
        province: below.iter().map(|it| ask(&all, 3, it, "'202612'")).collect(),
        series: countries.iter().map(|it| ask(&five, 1, &format!("'{it}'"), &months)).collect(),
        national: vec![ask(&all, 3, &every, "'202612'")],
    })
}

/// Units of a level, 50 at most, from everywhere.
async fn some_units(conn: &mut PgConnection, shape: Shape, level: i32) -> Result<Vec<String>> {
    let sql = match shape {
        Shape::Dhis2 => "select uid::text from organisationunit where hierarchylevel = $1 order by md5(uid) limit 50",
        Shape::RollUp => {
            "select organisationunitid::text from organisationunit where hierarchylevel = $1
             order by md5(uid) limit 50"
        }
    };
    let rows = sqlx::query(sql).bind(level).fetch_all(conn).await?;
    rows.iter().map(|it| Ok(it.try_get(0)?)).collect()
}

/// The one text that a statement gives.
async fn listed(conn: &mut PgConnection, sql: &str) -> Result<String> {
    Ok(sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_one(conn).await?.try_get(0)?)
}

/// Asks; how many cells came.
pub(super) async fn ask(conn: &mut PgConnection, sql: &str) -> Result<usize> {
    Ok(sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(conn).await?.len())
}

/// A village's return of 60 figures is corrected: the figures, and all totals above, in one transaction, durable.
pub(super) async fn accept(conn: &mut PgConnection, unit: i64) -> Result<()> {
    run(
        conn,
        &format!(
            "set synchronous_commit = on;
             begin;
             update figure set value = value + 1 where month = 12 and unit = {unit};
             update total set value = value + 1
                 where unit in (select top from above where unit = {unit}) and month in (0, 12);
             commit;"
        ),
    )
    .await
}
