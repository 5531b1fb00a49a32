-- What anybody at the door is asked, a passkey or an identity provider: answered once, within minutes.
alter table passkey_question rename to door_question;

-- Whom an identity provider (OpenID Connect) calls by which name. Linked by the account's owner while signed in, or
-- proposed by an administrator; such a link opens nothing until the owner has confirmed it.
create table provider_link (
    issuer       text not null,
    subject      text not null,
    account_id   bigint not null references account (id),
    linked_at    bigint not null,
    confirmed_at bigint,
    used_at      bigint,
    primary key (issuer, subject)
);
create unique index provider_link_by_account on provider_link (account_id, issuer);
