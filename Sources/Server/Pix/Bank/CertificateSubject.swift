/// Whose certificate it is, read from the certificate's own bytes (DER): NIOSSL verifies certificates, and does not say
/// whose they are.
///
/// Source: RFC 5280 4.1, RFC 4514
struct CertificateSubject: Sendable, Hashable {
    /// As RFC 4514 writes it, and nginx with `$ssl_client_s_dn`: `CN=pix.bank.example,O=Bank`.
    let text: String

    /// Nil for what is no certificate, or has a name that cannot be written.
    init?(certificate bytes: [UInt8]) {
        var outer = DER(bytes[...])
        guard var certificate = outer.enter(0x30), var content = certificate.enter(0x30) else { return nil }
        // Version (may be missing), number, algorithm, issuer, time; then the subject.
        if content.tag == 0xA0 { content.skip() }
        for _ in 0..<4 { content.skip() }
        guard var name = content.enter(0x30) else { return nil }
        var parts: [String] = []
        while !name.isAtEnd {
            guard var set = name.enter(0x31) else { return nil }
            var values: [String] = []
            while !set.isAtEnd {
                guard var pair = set.enter(0x30), let type = pair.value(0x06), let value = pair.text() else {
                    return nil
                }
                values.append("\(Self.name(type))=\(Self.escaped(value))")
            }
            parts.append(values.joined(separator: "+"))
        }
        // The last comes first.
        text = parts.reversed().joined(separator: ",")
    }

    /// Source: RFC 4514 3
    private static let names: [[UInt8]: String] = [
        [0x55, 4, 3]: "CN", [0x55, 4, 7]: "L", [0x55, 4, 8]: "ST", [0x55, 4, 10]: "O", [0x55, 4, 11]: "OU",
        [0x55, 4, 6]: "C", [0x55, 4, 9]: "street", [0x55, 4, 5]: "serialNumber",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 25]: "DC",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 1]: "UID",
    ]

    private static func name(_ type: ArraySlice<UInt8>) -> String {
        if let known = names[Array(type)] { return known }
        var numbers: [UInt64] = []
        var number: UInt64 = 0
        for byte in type {
            number = (number & (.max >> 8)) << 7 | UInt64(byte & 0x7F)
            if byte & 0x80 == 0 {
                if numbers.isEmpty {
                    numbers = [min(number / 40, 2), number - min(number / 40, 2) * 40]
                } else {
                    numbers.append(number)
                }
                number = 0
            }
        }
        return numbers.map(String.init).joined(separator: ".")
    }

    /// Source: RFC 4514 2.4
    private static func escaped(_ value: String) -> String {
        var result = ""
        for (index, character) in value.unicodeScalars.enumerated() {
            let isEdge = index == 0 || index == value.unicodeScalars.count - 1
            if ",+\"\\<>;".unicodeScalars.contains(character) || (character == " " && isEdge)
                || (character == "#" && index == 0)
            {
                result.unicodeScalars.append("\\")
            }
            result.unicodeScalars.append(character)
        }
        return result
    }
}

/// Reads one value of DER after the other, never beyond the end.
private struct DER {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    var isAtEnd: Bool { rest.isEmpty }
    var tag: UInt8? { rest.first }

    /// The content of the next value; nil if it has another tag, or is broken. Either way it is passed by.
    mutating func value(_ wanted: UInt8) -> ArraySlice<UInt8>? {
        let tag = rest.first
        guard let content = next() else { return nil }
        return tag == wanted ? content : nil
    }

    mutating func enter(_ wanted: UInt8) -> DER? { value(wanted).map(DER.init) }

    mutating func skip() { _ = next() }

    /// Text of the kinds that names are written in.
    mutating func text() -> String? {
        let tag = rest.first
        guard let content = next() else { return nil }
        switch tag {
        // UTF8String, PrintableString, IA5String
        case 0x0C, 0x13, 0x16: return String(validating: content, as: UTF8.self)
        // T61String as everybody uses it: Latin-1
        case 0x14: return String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) }))
        // BMPString
        case 0x1E where content.count.isMultiple(of: 2):
            let bytes = Array(content)
            let units = stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
            return String(validating: units, as: UTF16.self)
        default: return nil
        }
    }

    private mutating func next() -> ArraySlice<UInt8>? {
        defer { if rest.first == nil { rest = [] } }
        var bytes = rest
        guard bytes.popFirst() != nil, let first = bytes.popFirst() else { return fail() }
        var length = Int(first)
        if first >= 0x80 {
            let count = Int(first & 0x7F)
            guard (1...4).contains(count), bytes.count >= count else { return fail() }
            length = bytes.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            bytes = bytes.dropFirst(count)
        }
        guard bytes.count >= length else { return fail() }
        rest = bytes.dropFirst(length)
        return bytes.prefix(length)
    }

    private mutating func fail() -> ArraySlice<UInt8>? {
        rest = []
        return nil
    }
}
