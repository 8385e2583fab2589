/// The receiver's reference of a payment.
///
/// Source: pix.md 1.4
public struct PixTxid: Sendable, Hashable, CustomStringConvertible {
    /// 1 to 35 letters and digits of ASCII; capitals count.
    public let text: String

    /// A txid as a notice or a query may carry it.
    ///
    /// - Returns: nil unless it is 1 to 35 ASCII letters and digits.
    public init?(_ text: String) {
        guard Self.isValid(text, 1...35) else { return nil }
        self.text = text
    }

    /// Of a static code.
    ///
    /// - Returns: nil unless it is 1 to 25 ASCII letters and digits.
    public init?(staticCode text: String) {
        guard Self.isValid(text, 1...25) else { return nil }
        self.text = text
    }

    /// Of a charge. A UUID without its hyphens is one; with them it is not.
    ///
    /// - Returns: nil unless it is 26 to 35 ASCII letters and digits.
    public init?(charge text: String) {
        guard Self.isValid(text, 26...35) else { return nil }
        self.text = text
    }

    private init(length: Int, using generator: inout some RandomNumberGenerator) {
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        text = String((0..<length).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] })
    }

    /// A new one for a charge: 32 random characters.
    public static func newForCharge(using generator: inout some RandomNumberGenerator) -> PixTxid {
        PixTxid(length: 32, using: &generator)
    }

    /// A new one for a static code: 25 random characters.
    public static func newForStaticCode(using generator: inout some RandomNumberGenerator) -> PixTxid {
        PixTxid(length: 25, using: &generator)
    }

    /// Whether a static code can carry it.
    public var fitsStaticCode: Bool { text.utf8.count <= 25 }

    /// The text.
    public var description: String { text }

    private static func isValid(_ text: String, _ length: ClosedRange<Int>) -> Bool {
        length.contains(text.utf8.count) && text.unicodeScalars.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit }
    }
}
