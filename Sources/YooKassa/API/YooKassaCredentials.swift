import Foundation
public import Specification

/// Where YooKassa is, and who we are there.
public struct YooKassaCredentials: Sendable {
    /// The shop's id.
    public let shopID: String
    /// Without a slash at its end: `https://api.yookassa.ru/v3`
    public let baseURL: String
    /// Whether the key is that of a test shop.
    public let isTest: Bool
    /// How long a call may take, its answer's body included, seconds: longer than YooKassa's own 30.
    public let deadlineSeconds: Int64
    /// How many calls are made; nil: as the document says.
    public let rates: YooKassaSpecification.Rates?
    let secretKey: String

    /// Where the real one is.
    public static let productionURL = "https://api.yookassa.ru/v3"
    static let testPrefix = "test_"

    /// - Parameters:
    ///   - deadlineSeconds: see ``deadlineSeconds``.
    ///   - rates: see ``rates``.
    /// - Throws: ``YooKassaSetupError`` if something cannot be used; what is secret is not repeated.
    public init(
        shopID: String, secretKey: String, baseURL: String = productionURL, deadlineSeconds: Int64 = 35,
        rates: YooKassaSpecification.Rates? = nil
    ) throws(YooKassaSetupError) {
        func isPlain(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7e).contains($0) } }
        guard isPlain(shopID), !shopID.contains(":") else {
            throw YooKassaSetupError("the shop's id is not one that YooKassa gives: take it from the cabinet")
        }
        guard isPlain(secretKey) else {
            throw YooKassaSetupError("the secret key has characters that no key has: take it from the cabinet")
        }
        var url = baseURL
        while url.hasSuffix("/") { url.removeLast() }
        guard let parts = URLComponents(string: url), ["http", "https"].contains(parts.scheme), parts.host != nil,
            parts.user == nil, parts.query == nil, parts.fragment == nil
        else { throw YooKassaSetupError("the base URL must be one of http or https, without a user or a query") }
        guard (1...600).contains(deadlineSeconds) else {
            throw YooKassaSetupError("a call's deadline is 1 to 600 seconds")
        }
        self.shopID = shopID
        self.secretKey = secretKey
        self.baseURL = url
        self.deadlineSeconds = deadlineSeconds
        self.rates = rates
        isTest = secretKey.hasPrefix(Self.testPrefix)
    }

    var authorization: String { "Basic " + Data("\(shopID):\(secretKey)".utf8).base64EncodedString() }
}

extension YooKassaCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The shop alone.
    public var description: String { "YooKassa, shop \(shopID)" }
    /// The same as ``description``.
    public var debugDescription: String { description }
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The documents, the configuration and the program do not fit.
public struct YooKassaSetupError: Error, Sendable, CustomStringConvertible {
    /// What does not fit, and what to do.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
