import Foundation

/// An address of the shop's that this server calls: an absolute `https` URL.
///
/// It shows host and port only: path and query may hold what nobody else should know.
public struct OutboundTarget: Sendable, Hashable, CustomStringConvertible {
    /// A text that is no such URL, and why.
    public struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong, without the URL.
        public let description: String
    }

    /// As it is called, whole. Its path may hold a secret of the shop: not for logs.
    public let url: String
    /// In lower case, without brackets.
    let host: String
    /// Whether addresses of this machine and its own network may be called too, and plain `http`.
    public let allowsPrivate: Bool
    /// `https://shop.example`, or `http://127.0.0.1:8000`.
    public let description: String

    /// - Parameters:
    ///   - text: `https://shop.example/hooks/tiyin?of=1`: no user, no fragment, a name outside ASCII as `xn--…`.
    ///   - allowsPrivate: for a shop beside this server, and for tests. Then `http` is taken too.
    /// - Throws: ``Malformed``.
    public init(_ text: String, allowsPrivate: Bool = false) throws(Malformed) {
        func wrong(_ why: String) -> Malformed { Malformed(description: why) }
        guard text.utf8.count <= 2_000 else { throw wrong("the URL is longer than 2,000 characters") }
        guard text.utf8.allSatisfy({ 0x21...0x7E ~= $0 && !Array(#""<>\^`{|}"#.utf8).contains($0) }) else {
            throw wrong("the URL has a character that must be percent-encoded, or a name that must be written xn--…")
        }
        guard let colons = text.range(of: "://") else { throw wrong("the URL must begin with https://") }
        let scheme = text[..<colons.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" && allowsPrivate else {
            throw wrong("the URL must begin with https://; http:// is only for targets that may be private")
        }
        guard !text.contains("#") else { throw wrong("the URL must not have a fragment (#…)") }
        let rest = text[colons.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let (host, port) = try Self.authority(rest[..<end])
        let path = rest[end...].hasPrefix("/") ? "" : "/"
        let shownHost = host.contains(":") ? "[\(host)]" : host
        description = "\(scheme)://\(shownHost)\(port.map { ":\($0)" } ?? "")"
        url = description + path + rest[end...]
        self.host = host
        self.allowsPrivate = allowsPrivate
        // The client that sends it reads it this way: it must find the host that was judged.
        let read = URL(string: url)?.host?.trimmingCharacters(in: ["[", "]"])
        guard read == host else { throw wrong("the URL is malformed") }
    }

    private static func authority(_ text: Substring) throws(Malformed) -> (host: String, port: Int?) {
        guard !text.contains("@") else {
            throw Malformed(description: "the URL must not have a user or a password (…@)")
        }
        let malformed = Malformed(description: "the URL's host or port is malformed")
        var host = text[...]
        var port: Int?
        let afterBrackets = text.lastIndex(of: "]") ?? text.startIndex
        if let colon = text[afterBrackets...].lastIndex(of: ":") {
            let digits = text[text.index(after: colon)...]
            guard digits.utf8.count <= 5, digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
                let number = Int(digits), (1...65_535).contains(number)
            else { throw malformed }
            port = number
            host = text[..<colon]
        }
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), let address = IPAddress(String(host.dropFirst().dropLast())),
                address.bytes.count == 16
            else { throw malformed }
            return (address.description, port)
        }
        let name = host.lowercased()
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard name.utf8.count <= 253, labels.allSatisfy({ (1...63).contains($0.utf8.count) }),
            name.utf8.allSatisfy(isNameByte)
        else { throw malformed }
        return (name, port)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
