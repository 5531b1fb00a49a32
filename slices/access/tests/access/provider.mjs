// An identity provider on loopback, for the tests: node provider.mjs FOLDER-OF-NPM-PACKAGES WHERE-BROWSERS-RETURN THE-TIME-IN-MILLISECONDS
// It says its issuer in its first line. Whoever comes is let in as who the address names (`login_hint`), without asking.
// A client whose id begins with "forged-" gets a token in which one thing is wrong.
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'

const [folder, redirect, time] = process.argv.slice(2)
// It lives in the time of the test.
const [clock, shift] = [Date.now, Number(time) - Date.now()]
Date.now = () => clock() + shift
const load = (path) => import(pathToFileURL(`${folder}/${path}`))
const { Provider } = await load('oidc-provider/lib/index.js')
const { SignJWT, decodeJwt, exportJWK, generateKeyPair } = await load('jose/dist/webapi/index.js')

const key = async (kid) => {
  const pair = await generateKeyPair('RS256', { extractable: true })
  return { ...pair, jwk: { ...(await exportJWK(pair.privateKey)), kid, alg: 'RS256', use: 'sig' } }
}
const [ours, foreign] = [await key('ours'), await key('ours')]
const now = () => Math.floor(Date.now() / 1000)
const forgeries = {
  'forged-issuer': { claims: { iss: 'https://elsewhere.example' } },
  'forged-audience': { claims: { aud: 'another-client' } },
  'forged-nonce': { claims: { nonce: 'another' } },
  'forged-expiry': { claims: { iat: now() - 7200, exp: now() - 3600 } },
  'forged-key': { claims: {}, key: foreign },
  'forged-none': { none: true },
  'forged-secret': { claims: {}, symmetric: true },
}

const server = createServer()
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const issuer = `http://127.0.0.1:${server.address().port}`

const client = (client_id) => ({
  client_id,
  client_secret: 'secret-of-binhyen',
  redirect_uris: [redirect],
  grant_types: ['authorization_code'],
  response_types: ['code'],
})
const provider = new Provider(issuer, {
  clients: ['binhyen', ...Object.keys(forgeries)].map(client),
  jwks: { keys: [ours.jwk] },
  pkce: { required: () => true },
  acrValues: ['strong'],
  claims: { openid: ['sub', 'acr', 'amr'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, it) => `/interaction/${it.uid}` },
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId })
    grant.addOIDCScope('openid')
    grant.addOIDCClaims(['acr', 'amr'])
    await grant.save()
    return grant
  },
})
provider.use(async (ctx, next) => {
  if (ctx.path.startsWith('/interaction/')) {
    const asked = await provider.interactionDetails(ctx.req, ctx.res)
    const [accountId, amr] = asked.params.login_hint.split(' ')
    const login = { accountId, ...(amr && { amr: amr.split(','), acr: 'strong' }) }
    await provider.interactionFinished(ctx.req, ctx.res, { login }, { mergeWithLastSubmission: false })
    ctx.respond = false
    return
  }
  await next()
  const forgery = forgeries[ctx.oidc?.client?.clientId]
  if (ctx.oidc?.route === 'token' && ctx.body.id_token && forgery) {
    const claims = { ...decodeJwt(ctx.body.id_token), ...forgery.claims }
    const part = (it) => Buffer.from(JSON.stringify(it)).toString('base64url')
    ctx.body.id_token = forgery.none
      ? `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`
      : forgery.symmetric
        ? await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode('secret-of-binhyen'))
        : await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'ours' }).sign((forgery.key ?? ours).privateKey)
  }
})
server.on('request', provider.callback())
console.log(issuer)
