import Crypto

/// What a caller sends behind `Bearer`: `tiyin_ID_SECRET`.
struct APIToken: Sendable {
    let id: String
    let secret: String

    /// 60 bits of id, 200 bits of secret, from the system's secure generator.
    static func make() -> APIToken {
        APIToken(id: UniqueID.make(length: 12), secret: UniqueID.make(length: 40))
    }

    private init(id: String, secret: String) {
        self.id = id
        self.secret = secret
    }

    /// Nil for what has not this form.
    init?(_ text: Substring) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "tiyin", parts[1].utf8.count == 12, parts[2].utf8.count == 40 else {
            return nil
        }
        self.init(id: String(parts[1]), secret: String(parts[2]))
    }

    var text: String { "tiyin_\(id)_\(secret)" }

    /// The secret has more bits than anybody can try: it needs no slow hash.
    var hash: String { Self.hash(secret) }

    static func hash(_ secret: String) -> String {
        SHA256.hash(data: Array(secret.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
