/// An e-mail address, and the name that is shown with it.
public struct MailAddress: Sendable, Hashable {
    /// `ana@example.com`: ASCII, at most 254 characters.
    public let address: String
    /// What the reader sees; nil: the address.
    public let name: String?

    /// - Parameters:
    ///   - address: one `@`, printable ASCII without spaces, quotes, brackets, commas and semicolons.
    ///   - name: at most 100 characters, no control characters.
    /// - Returns: nil for anything else: what ends a line would be a header of somebody else's making.
    public init?(_ address: String, name: String? = nil) {
        let parts = address.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].count), !parts[1].isEmpty, address.utf8.count <= 254,
            address.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !Self.forbidden.contains($0) })
        else { return nil }
        if let name {
            guard name.unicodeScalars.count <= 100, MailText.isOneLine(name) else { return nil }
        }
        self.address = address
        self.name = name.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static let forbidden = Set(#"<>()[]\,;:""#.utf8)

    /// As a header has it.
    var header: String { name.map { "\(MailText.word($0)) <\(address)>" } ?? "<\(address)>" }
}
