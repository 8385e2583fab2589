/// Ids that nobody guesses.
enum PixID {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")

    /// 26 characters, 130 bits from the system's secure generator: who knows it may see the page.
    static func page() -> String { make(26) }

    /// Of an order that is made for one charge: 24 characters.
    static func order() -> String { "pix-" + make(20) }

    /// Of a refund: 32 characters that the central bank's pattern takes.
    static func refund() -> String { make(32) }

    private static func make(_ count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<count).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] })
    }
}
