/// Who is paid, as far as a code says it. A hint only: the payer's app shows the name that belongs to the key.
///
/// Source: pix.md 1.2
public struct BRCodeMerchant: Sendable, Hashable {
    /// Field 59: 1 to 25 printable ASCII characters.
    public let name: String
    /// Field 60: 1 to 15 printable ASCII characters.
    public let city: String
    /// Field 61: 8 digits; nil if the code has none.
    public let postalCode: String?
    /// Field 52: four digits, an ISO 18245 merchant category code or `0000`.
    public let categoryCode: String

    /// Name and city are brought to ASCII and cut, see ``BRCodeText``.
    ///
    /// - Parameters:
    ///   - name: any text.
    ///   - city: any text.
    ///   - postalCode: 8 digits, with or without the usual hyphen: `70074-900`.
    ///   - categoryCode: four digits.
    /// - Throws: ``BRCodeError`` if nothing is left of name or city, or a code is not made of its digits.
    public init(
        name: String, city: String, postalCode: String? = nil, categoryCode: String = "0000"
    ) throws(BRCodeError) {
        self.name = BRCodeText.cleaned(name, limit: 25)
        self.city = BRCodeText.cleaned(city, limit: 15)
        self.postalCode = postalCode.map(Self.withoutHyphen)
        self.categoryCode = categoryCode
        guard !self.name.isEmpty else { throw BRCodeError(.emptyText, field: "59") }
        guard !self.city.isEmpty else { throw BRCodeError(.emptyText, field: "60") }
        if let digits = self.postalCode, !Self.isDigits(digits, count: 8) { throw BRCodeError(.value, field: "61") }
        guard Self.isDigits(categoryCode, count: 4) else { throw BRCodeError(.value, field: "52") }
    }

    private static func withoutHyphen(_ postalCode: String) -> String {
        let parts = postalCode.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.count) == [5, 3] ? parts.joined() : postalCode
    }

    private static func isDigits(_ text: String, count: Int) -> Bool {
        text.unicodeScalars.count == count && text.unicodeScalars.allSatisfy(\.isASCIIDigit)
    }
}
