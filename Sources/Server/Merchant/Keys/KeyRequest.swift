import Storage
import StrictJSON

/// The body of `POST /keys`.
struct KeyRequest: Sendable {
    let name: String
    let scopes: [String]
    /// Milliseconds since 1970.
    let expiresAt: Int64?

    /// - Parameter known: the scopes that there are.
    /// - Throws: ``Problem`` that names the field at fault.
    init(_ bytes: [UInt8], known: [String]) throws {
        let object = try RequestChecks.object(bytes)
        try RequestChecks.fields(object, known: ["name", "scopes", "expires_at"])
        guard let name = object["name"]?.stringValue, (1...100).contains(name.unicodeScalars.count),
            !name.utf8.contains(0)
        else { throw Problem.invalid("name", "Must be text of 1 to 100 characters.") }
        self.name = name
        let listed = object["scopes"]?.arrayValue?.map(\.stringValue) ?? []
        let scopes = listed.compactMap { $0 }
        guard !listed.isEmpty, scopes.count == listed.count, Set(scopes).count == scopes.count,
            scopes.allSatisfy(known.contains)
        else {
            throw Problem.invalid("scopes", "Must be one or more, each once, of \(known.joined(separator: ", ")).")
        }
        self.scopes = known.filter(scopes.contains)
        switch object["expires_at"]?.withPlainIntegers {
        case nil, .null: expiresAt = nil
        case .integer(let time) where (0...999_999_999_999_999).contains(time):
            guard object["expires_at"]?.integerValue != nil else {
                throw Problem.unprocessable("expires_at", "Write it without a point and without an exponent.")
            }
            expiresAt = time
        default: throw Problem.invalid("expires_at", "Must be milliseconds since 1970, or null.")
        }
    }

    /// The row, and the token that is shown once.
    func key(at now: Int64) -> (APIKey, APIToken) {
        let token = APIToken.make()
        let key = APIKey(
            id: token.id, name: name, secretHash: token.hash, scopes: scopes, createdAt: now, expiresAt: expiresAt)
        return (key, token)
    }
}
