import StrictJSON

extension PixBankBooks {
    private static let tokensMaximum = 1_000

    /// Source: pix.md 4.1: all four fields.
    mutating func issueToken(_ call: PixBankCall, _ now: Int64) -> PixBankReply {
        guard call.contentType?.hasPrefix("application/x-www-form-urlencoded") == true, let form = call.form else {
            return Self.refusedToken(400, "invalid_request")
        }
        guard let id = form["client_id"], let secret = form["client_secret"], let grant = form["grant_type"],
            let scope = form["scope"]
        else { return Self.refusedToken(400, "invalid_request") }
        guard grant == "client_credentials" else { return Self.refusedToken(400, "unsupported_grant_type") }
        guard id == configuration.clientID, secret == configuration.clientSecret else {
            return Self.refusedToken(401, "invalid_client")
        }
        let granted = scope.split(separator: " ").map(String.init).filter(configuration.scopes.contains)
        guard !granted.isEmpty else { return Self.refusedToken(400, "invalid_scope") }
        tokens = tokens.filter { $0.value.expiresAt > now }
        if tokens.count >= Self.tokensMaximum { tokens = [:] }
        let token = PixChance.text(36)
        tokens[token] = Token(scopes: Set(granted), expiresAt: now + 3_600_000)
        tokensIssued += 1
        return PixBankReply(
            200,
            [
                "access_token": .string(token), "token_type": "Bearer", "expires_in": 3_600,
                "scope": .string(granted.joined(separator: " ")),
            ])
    }

    private static func refusedToken(_ status: Int, _ error: String) -> PixBankReply {
        PixBankReply(status, ["error": .string(error), "error_description": .string(PixBankProblem.title(status))])
    }
}
