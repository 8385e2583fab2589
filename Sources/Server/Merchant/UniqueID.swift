/// An id that nobody guesses and that can be read over the telephone.
enum UniqueID {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")

    /// Five bits a character from the system's secure generator.
    ///
    /// - Parameter length: 20 characters are 100 bits.
    static func make(length: Int = 20) -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<length).map { _ in alphabet.randomElement(using: &generator) ?? "0" })
    }
}
