import Foundation

/// Text inside a header.
///
/// Source: RFC 2047 (encoded words), RFC 5322 3.3 (dates)
enum MailText {
    /// Whether it ends no line and holds nothing that a screen cannot show.
    static func isOneLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar.value != 0x2028
                && scalar.value != 0x2029
        }
    }

    /// As a header has it: plain letters as they are, everything else in encoded words of at most 75 characters, each
    /// of whole characters.
    static func word(_ text: String) -> String {
        guard !text.utf8.allSatisfy(isPlain) || text.first == " " || text.last == " " else { return text }
        var words: [String] = []
        var part: [UInt8] = []
        func close() {
            guard !part.isEmpty else { return }
            words.append("=?UTF-8?B?\(Data(part).base64EncodedString())?=")
            part = []
        }
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if part.count + bytes.count > 45 { close() }
            part += bytes
        }
        close()
        // What stands between two encoded words is not shown.
        return words.joined(separator: " ")
    }

    /// Letters, digits, and the signs that mean nothing in a header; `=?` would begin an encoded word.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x20, 0x21, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2A, 0x2B, 0x2D, 0x2F, 0x7C: true
        default: false
        }
    }

    /// `Sat, 21 Nov 2026 13:16:32 +0000`
    static func date(_ milliseconds: Int64) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
        return formatter.string(from: Date(timeIntervalSince1970: TimeInterval(milliseconds / 1_000)))
    }
}
