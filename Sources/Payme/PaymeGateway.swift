public import JSONRPC
public import Logging
public import Payments
public import Specification
public import Storage
import StrictJSON

/// Payme's Merchant API: authenticates, lets the dispatcher check the shape, turns each call into one command.
///
/// Source: payme.md sections 1 to 4.
public struct PaymeGateway: Sendable {
    /// The name under which transactions of this gateway are stored.
    public static let name = "payme"
    /// One cashbox for now. It is part of every transaction's key, so that more can come.
    public static let cashbox = "default"

    /// As it was at the start; a key that ChangePassword replaced meanwhile is not in it.
    public let configuration: PaymeConfiguration
    private let authentication: PaymeAuthentication
    private let dispatcher: RPCDispatcher<PaymeCall>

    /// Binds every method of the document.
    /// - Throws: ``JSONRPC/RPCBindingError`` if the document and the handlers do not fit; ``PaymeSetupError``.
    public init(
        _ configuration: PaymeConfiguration, service: TransactionService, store: Store,
        specifications: Specifications
    ) throws {
        guard let deadline = specifications.transaction.deadlines[Self.name] else {
            throw PaymeSetupError("transaction.yaml has no deadline for \(Self.name)")
        }
        self.configuration = configuration
        authentication = PaymeAuthentication(login: configuration.login, key: configuration.key)
        let methods = PaymeMethods(
            configuration: configuration, service: service, store: store,
            timeoutMilliseconds: deadline.transactionTimeoutMilliseconds, authentication: authentication)
        dispatcher = try RPCDispatcher(
            document: specifications.payme, methods: methods.bindings, style: configuration.answerStyle)
    }

    /// Answers one HTTP request. Whatever the answer is, it is sent with status 200.
    ///
    /// Source: payme.md 1.1, 1.6.
    public func answer(_ call: PaymeCall, body: [UInt8]) async -> RPCAnswer {
        guard call.isPost else { return dispatcher.failure(PaymeError.notPost.rawValue, id: .null) }
        let isAdmitted = call.isAddressAllowed && authentication.admits(call.authorization)
        return await dispatcher.answer(
            to: body, admission: isAdmitted ? .granted : .refused(PaymeError.unauthorized.rawValue), context: call)
    }
}

/// What the transport knows of a call.
public struct PaymeCall: Sendable {
    /// Whether the HTTP method is POST; anything else is answered with -32300.
    public var isPost: Bool
    /// The value of the `Authorization` header.
    public var authorization: String?
    /// Whether the caller's address is allowed; true if there is no address list. Otherwise the answer is -32504.
    public var isAddressAllowed: Bool
    /// With the request's metadata.
    public var logger: Logger

    /// - Parameter authorization: the header's value as it came; nil: there was none.
    public init(isPost: Bool, authorization: String?, isAddressAllowed: Bool = true, logger: Logger) {
        self.isPost = isPost
        self.authorization = authorization
        self.isAddressAllowed = isAddressAllowed
        self.logger = logger
    }
}

/// The documents and the program do not fit.
public struct PaymeSetupError: Error, Sendable, CustomStringConvertible {
    /// What does not fit.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension PaymeGateway {
    /// The form of the fiscal lines that CheckPerformTransaction may answer, for whoever takes them in.
    ///
    /// Source: payme.md 3.1 (`detail`).
    /// - Throws: ``PaymeSetupError`` if the document has no such member.
    public static func fiscalDetailSchema(_ specifications: Specifications) throws -> JSONSchema {
        let result = specifications.payme.method(named: "CheckPerformTransaction")?.result
        guard let detail = result?.properties.first(where: { $0.name == "detail" })?.schema else {
            throw PaymeSetupError("payme.openrpc.yaml has no fiscal detail in the result of CheckPerformTransaction")
        }
        return detail
    }
}
