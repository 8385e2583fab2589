import Foundation
public import Specification

/// An e-mail address that a message can be sent to: nothing in it ends a header or begins another.
///
/// Source: pledg.md 7
public struct PledgAddress: Sendable, Hashable, CustomStringConvertible {
    /// As it is sent to: the part before the `@` as it was written, the domain in lower-case ASCII.
    public let text: String

    /// What two addresses are compared by: capital letters and small ones are the same.
    public var key: String { text.lowercased() }

    /// What any spelling of an address is compared by, also with the dot that ends a full domain name; of what is no
    /// address, itself.
    static func key(_ raw: String, _ limits: PledgSpecification.Limits) -> String {
        let plain = raw.trimmingCharacters(in: CharacterSet(charactersIn: " \t"))
        let name = plain.hasSuffix(".") ? String(plain.dropLast()) : plain
        return (try? PledgAddress(name, limits))?.key ?? raw
    }

    /// For eyes that need not know it: `a…@example.com`.
    public var masked: String {
        let at = text.firstIndex(of: "@") ?? text.endIndex
        return "\(text.prefix(1))…\(text[at...])"
    }

    /// Masked: an address is no business of logs.
    public var description: String { masked }

    /// Of a row that was stored by this program.
    init(stored: String) {
        text = stored
    }

    /// - Parameters:
    ///   - raw: spaces at its ends are taken off.
    ///   - limits: lengths.
    public init(_ raw: String, _ limits: PledgSpecification.Limits) throws(PledgAddressError) {
        let trimmed = raw.trimmingCharacters(in: CharacterSet(charactersIn: " \t"))
        guard !trimmed.isEmpty else { throw .empty }
        // Before anything else: a line break would begin another header.
        guard !trimmed.unicodeScalars.contains(where: Self.isForbidden) else { throw .characters }
        let parts = trimmed.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .at }
        let local = String(parts[0])
        guard (1...limits.emailLocalLength).contains(local.utf8.count), Self.isLocal(local) else { throw .local }
        let address = local + "@" + (try Self.domain(String(parts[1])))
        guard address.utf8.count <= limits.emailLength else { throw .length(limits.emailLength) }
        text = address
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned,
            .spaceSeparator:
            true
        default: false
        }
    }

    /// A dot-atom: no quotes, no comments, no letters beyond ASCII.
    private static func isLocal(_ local: String) -> Bool {
        let others = Set("!#$%&'*+-/=?^_`{|}~".utf8)
        return local.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.utf8.allSatisfy { isAlphanumeric($0) || others.contains($0) }
        }
    }

    private static func domain(_ raw: String) throws(PledgAddressError) -> String {
        let ascii: String
        if raw.utf8.allSatisfy({ $0 < 0x80 }) {
            ascii = raw.lowercased()
        } else {
            // What a domain may hold beside ASCII: letters, marks, digits, and the dots of other scripts.
            let isPlain = raw.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || scalar.properties.generalCategory == .nonspacingMark
                    || "\u{3002}\u{ff0e}".unicodeScalars.contains(scalar)
            }
            guard isPlain, raw.utf8.allSatisfy({ $0 >= 0x80 || isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E }) else {
                throw .domain
            }
            // Foundation asks ICU (UTS 46).
            var url = URLComponents()
            url.scheme = "https"
            url.host = raw
            guard let encoded = url.encodedHost else { throw .domain }
            ascii = encoded.lowercased()
        }
        let labels = ascii.split(separator: ".", omittingEmptySubsequences: false)
        let isDomain =
            labels.count > 1 && ascii.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2D }
            }
        // The last label of a domain is no number: that would be an address of a machine.
        guard isDomain, labels.last?.utf8.contains(where: { !(0x30...0x39).contains($0) }) ?? false else {
            throw .domain
        }
        return ascii
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

/// Why a text is no address. None of them holds the text.
public enum PledgAddressError: Error, Sendable, Hashable, CustomStringConvertible {
    case empty
    /// Spaces, line breaks, or other characters that cannot be seen.
    case characters
    /// No `@`, or more than one.
    case at
    /// What stands before the `@`.
    case local
    /// What stands after it.
    case domain
    /// More characters than that.
    case length(Int)
    /// The same address twice, or the leader's among the pledgers'.
    case duplicate

    /// For people.
    public var description: String {
        switch self {
        case .empty: "an e-mail address is missing"
        case .characters: "an e-mail address has no spaces, line breaks or invisible characters in it"
        case .at: "an e-mail address has one @"
        case .local:
            "the part before the @ is 1 to 64 letters (a to z), digits and . ! # $ % & ' * + - / = ? ^ _ ` { | } ~"
        case .domain: "the part after the @ is a domain with a dot in it, such as example.com"
        case .length(let maximum): "an e-mail address has at most \(maximum) characters"
        case .duplicate: "an e-mail address is there twice: each member has one of his own, the leader too"
        }
    }
}
