/// An id that nobody guesses and that can be read over the telephone.
enum UniqueID {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")

    /// 20 characters, 100 bits from the system's secure generator.
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<20).map { _ in alphabet.randomElement(using: &generator) ?? "0" })
    }
}
