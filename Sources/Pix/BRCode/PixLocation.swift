/// Where a charge's signed data is fetched: a host and a path, without `https://`, as a dynamic code holds it.
///
/// Source: pix.md 1.3
public struct PixLocation: Sendable, Hashable, CustomStringConvertible {
    /// `pix.example.com/qr/v2/8b3da2f3…`, 1 to 77 ASCII characters.
    public let text: String

    /// - Parameter text: a host name with a dot, a slash and a path; no scheme, port, user, query or fragment.
    /// - Returns: nil for anything else.
    public init?(_ text: String) {
        guard text.utf8.count <= 77, let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let host = text[..<slash]
        let path = text[slash...].unicodeScalars.dropFirst()
        guard Self.isHost(host), !path.isEmpty, path.allSatisfy(Self.isPath) else { return nil }
        self.text = text
    }

    /// A charge with a due date; without it, an immediate one.
    public var isDueDateCharge: Bool { text.contains("/cobv/") }

    /// The whole address.
    public var url: String { "https://" + text }

    /// The text.
    public var description: String { text }

    private static func isHost(_ host: Substring) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count > 1
            && labels.allSatisfy { label in
                !label.isEmpty && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.unicodeScalars.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == "-" }
            }
    }

    private static func isPath(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCIILetter || scalar.isASCIIDigit || "-._~!$&'()*+,;=:@%/".unicodeScalars.contains(scalar)
    }
}
