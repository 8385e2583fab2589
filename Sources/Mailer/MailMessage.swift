/// One message to one reader, as text and, if wanted, as HTML.
public struct MailMessage: Sendable, Hashable {
    public let from: MailAddress
    public let to: MailAddress
    /// At most 200 characters, one line.
    public let subject: String
    public let text: String
    /// Nil: text alone.
    public let html: String?
    /// The same at every attempt, so that a reader's server can tell a repeat: `id@host`, without brackets.
    public let id: String
    /// When it was written, milliseconds since 1970.
    public let date: Int64
    /// Where the reader says that he wants no more of these; nil: there is no such place.
    public let unsubscribeURL: String?

    /// - Parameters:
    ///   - id: letters, digits, `-`, `_`, `.` and one `@`.
    ///   - date: milliseconds since 1970.
    ///   - unsubscribeURL: printable ASCII.
    /// - Returns: nil if a header would not be one line, or something is too long (text and HTML: 1 MiB each).
    public init?(
        from: MailAddress, to: MailAddress, subject: String, text: String, html: String? = nil, id: String, date: Int64,
        unsubscribeURL: String? = nil
    ) {
        let idParts = id.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard MailText.isOneLine(subject), subject.unicodeScalars.count <= 200, !subject.isEmpty,
            idParts.count == 2, idParts.allSatisfy({ !$0.isEmpty }), id.utf8.count <= 200,
            id.utf8.allSatisfy(Self.isIDByte), text.utf8.count <= 1 << 20, (html?.utf8.count ?? 0) <= 1 << 20,
            !text.utf8.contains(0), html?.utf8.contains(0) != true,
            unsubscribeURL?.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x3C && $0 != 0x3E }) != false,
            (unsubscribeURL?.utf8.count ?? 0) <= 900
        else { return nil }
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
        self.id = id
        self.date = date
        self.unsubscribeURL = unsubscribeURL
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x40: true
        default: false
        }
    }

    var headers: [String] {
        var headers = [
            "Date: \(MailText.date(date))", "From: \(from.header)", "To: \(to.header)",
            "Subject: \(MailText.word(subject))", "Message-ID: <\(id)>",
            // No holiday notices, please.
            "Auto-Submitted: auto-generated",
        ]
        if let unsubscribeURL { headers.append("List-Unsubscribe: <\(unsubscribeURL)>") }
        return headers
    }
}
