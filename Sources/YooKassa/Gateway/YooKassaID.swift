/// Ids and keys that nobody guesses.
enum YooKassaID {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")

    static let length = 26

    /// Of a payment, a subscription, an order made for one: 26 characters, 130 bits from the system's secure generator.
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<length).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] })
    }

    /// An idempotence key: a UUID of version 4.
    ///
    /// Source: yookassa.md 3
    static func key() -> String {
        var generator = SystemRandomNumberGenerator()
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        let groups = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }
        return groups.joined(separator: "-")
    }
}
