import JSONRPC
import StrictJSON

extension PaymeMethods {
    /// Replaces the cashbox key. Offered only if the application saves it: any holder of the key could rotate it.
    ///
    /// Source: payme.md 3.7.
    func changePassword(_ params: JSONObject) async throws -> RPCResult {
        guard let password = params["password"]?.stringValue, let save = configuration.changePassword else {
            throw MissingParam("password")
        }
        guard !authentication.isCurrent(password) else { throw RPCFailure(PaymeError.unauthorized.rawValue) }
        // Saved first: if that fails, the old key stays in force and Payme repeats.
        try await save(password)
        authentication.replace(key: password)
        return .value(["success": true])
    }
}
