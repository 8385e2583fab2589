import Foundation
public import NIOSSL
public import Specification

/// How Banco Inter is reached.
///
/// Source: pix.md 4.1
public struct InterConfiguration: Sendable {
    /// Of the application in Inter's portal.
    public var clientID: String
    /// Of the application in Inter's portal.
    var clientSecret: String
    /// Without a slash at the end.
    public var baseURL: String
    /// The account, if the application has several: digits without leading zeros.
    public var account: String?
    /// The client's certificate with its key, and whom to trust; nil: plain HTTP, for tests.
    var tls: TLSConfiguration?
    /// Whose rates hold.
    public var environment: PixSpecification.Environment
    /// How long one call may take, seconds.
    public var deadlineSeconds: Int64

    /// - Parameters:
    ///   - tls: see ``TLSConfiguration``: `certificateChain` and `privateKey` are needed, from PEM or PKCS#12.
    ///   - environment: nil: sandbox if the address is one of Inter's test hosts.
    public init(
        clientID: String, clientSecret: String, baseURL: String = Self.production, account: String? = nil,
        tls: TLSConfiguration?, environment: PixSpecification.Environment? = nil, deadlineSeconds: Int64 = 15
    ) {
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.baseURL = baseURL
        self.account = account
        self.tls = tls
        self.environment = environment ?? (Self.isTestHost(baseURL) ? .sandbox : .production)
        self.deadlineSeconds = deadlineSeconds
    }

    /// Where money is real.
    public static let production = "https://cdpj.partners.bancointer.com.br"
    /// Where it is not.
    public static let sandbox = "https://cdpj-sandbox.partners.uatinter.co"

    /// Inter's sandbox and its UAT, which take fewer calls, however the address is written.
    ///
    /// Source: pix.md 4.1, 4.2
    private static func isTestHost(_ url: String) -> Bool {
        let host = URL(string: url)?.host?.lowercased() ?? ""
        return ["uatinter.co", "uatbi.com.br"].contains { host == $0 || host.hasSuffix(".\($0)") }
    }
}

extension InterConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The environment alone.
    public var description: String { "Banco Inter, \(environment.rawValue)" }
    /// The same as ``description``.
    public var debugDescription: String { description }
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
