import Foundation

/// Where mail is handed over: `smtp://user:password@mail.example:587`, or `smtps://…` for TLS from the first byte.
public struct SMTPServer: Sendable, Hashable {
    /// A name or an address, without brackets.
    public let host: String
    /// 587, with `smtps` 465, unless it is said.
    public let port: Int
    /// TLS from the first byte; else it is asked for by STARTTLS.
    public let isTLSFromTheStart: Bool
    let user: String?
    let password: String?

    /// Why a text is no server. It repeats nothing of the text: that may hold a password.
    public struct Flaw: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong, as the end of "it …".
        public let description: String
    }

    /// - Parameter url: user and password percent-encoded.
    /// - Throws: ``Flaw``
    public init(_ url: String) throws(Flaw) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            ["smtp", "smtps"].contains(scheme)
        else { throw Flaw(description: "must be like smtp://user:password@mail.example:587 or smtps://…") }
        guard let host = parts.host?.trimmingCharacters(in: ["[", "]"]), !host.isEmpty,
            host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw Flaw(description: "has no name of a server") }
        guard parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.fragment == nil else {
            throw Flaw(description: "must end after the server's name and port")
        }
        guard (parts.user == nil) == (parts.password == nil) else {
            throw Flaw(description: "has a user without a password, or a password without a user")
        }
        if let port = parts.port, !(1...65_535).contains(port) { throw Flaw(description: "has a port that cannot be") }
        for part in [parts.user, parts.password] {
            // curl takes text that ends at the first zero.
            guard part?.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) ?? true else {
                throw Flaw(description: "has a control character in its user or password")
            }
        }
        self.host = host
        isTLSFromTheStart = scheme == "smtps"
        port = parts.port ?? (scheme == "smtps" ? 465 : 587)
        user = parts.user
        password = parts.password
    }

    /// This machine: mail to it may go without TLS.
    var isLoopback: Bool { ["localhost", "127.0.0.1", "::1"].contains(host.lowercased()) }

    var url: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(isTLSFromTheStart ? "smtps" : "smtp")://\(name):\(port)"
    }
}
