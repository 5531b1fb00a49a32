/// An identity provider (OpenID Connect) whose word on who somebody is counts here. It makes no accounts: it only says
/// which of those that somebody linked to it beforehand is at the door.
#[derive(Clone)]
pub struct Provider {
    /// Its address, from which all else about it is read: `https://dang-nhap.example.vn`.
    pub issuer: String,
    /// How it knows us.
    pub client: String,
    /// By what we prove that we are that client.
    pub secret: String,
    /// What people call it; stands on the button.
    pub label: String,
    /// Ways of signing in there (`amr`), any of which stands for our own second factor. None: ours is always asked.
    pub strong_ways: Vec<String>,
    /// Classes of signing in there (`acr`), any of which does the same; asked of the provider.
    pub strong_classes: Vec<String>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.issuer).field("client", &self.client).finish_non_exhaustive()
    }
}
