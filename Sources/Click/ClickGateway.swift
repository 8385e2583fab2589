public import Logging
public import Payments
public import Specification
public import Storage

/// Click's SHOP API: reads the form, checks the signature, turns each call into one command.
///
/// Source: click.md sections 1 and 4.
public struct ClickGateway: Sendable {
    /// The name under which transactions of this gateway are stored. Their cashbox is the service's id.
    public static let name = "click"

    /// As it was at the start.
    public let configuration: ClickConfiguration
    /// Refunds through Click's Merchant API; nil: the configuration has no `merchantUserID`.
    public let reversals: ClickReversals?
    private let specification: ClickSpecification
    private let shop: ClickShop
    private let advanced: ClickAdvancedShop
    private let writer: ClickAnswerWriter

    /// Binds every answer of the document.
    ///
    /// - Parameters:
    ///   - api: Click's Merchant API; nil: refunds are not possible.
    ///   - logger: for reversals, which are nobody's request.
    ///   - onReversalRequested: called when ``ClickReversals/advanceDue()`` has something to do.
    ///   - onAnomaly: told of what somebody should look at and no call's answer tells of.
    /// - Throws: ``ClickSetupError`` if the document and the program do not fit.
    public init(
        _ configuration: ClickConfiguration, service: TransactionService, store: Store,
        specifications: Specifications, api: (any ClickMerchantAPI)? = nil, logger: Logger,
        onReversalRequested: @escaping @Sendable () -> Void = {},
        onAnomaly: @escaping @Sendable (ClickAnomaly) -> Void = { _ in }
    ) throws {
        guard let refund = specifications.transaction.reason(named: "refund") else {
            throw ClickSetupError("transaction.yaml has no reason named refund")
        }
        self.configuration = configuration
        specification = specifications.click
        writer = try ClickAnswerWriter(specifications.click)
        reversals = api.map {
            ClickReversals(
                api: $0, serviceID: configuration.serviceID, service: service, store: store,
                reason: Int64(refund.number), logger: logger, onRequested: onReversalRequested, onAnomaly: onAnomaly)
        }
        shop = ClickShop(
            configuration: configuration, specification: specifications.click,
            signature: ClickSignature(secret: configuration.secretKey), service: service, reversals: reversals)
        advanced = ClickAdvancedShop(shop: shop, store: store)
    }

    /// How many payments wait to be given back; for a server that has no Merchant API to do it with.
    public static func openReversals(_ store: Store) async throws -> Int64 {
        try await store.engine.read(.point) { try ClickReversal.countOpen(in: $0) }
    }

    /// Answers one HTTP request. Whatever the answer is, it is sent with status 200.
    ///
    /// Source: click.md 1.1.
    public func answer(_ call: ClickCall, body: [UInt8]) async -> ClickAnswer {
        guard call.isAddressAllowed else { return answer(ClickReply(.signCheckFailed), to: nil, "none") }
        if configuration.advancedShop != .off, ClickForm.isJSON(call.contentType) { return await advanced(body) }
        guard ClickForm.isForm(call.contentType), let callback = ClickCallback(body, specification) else {
            return answer(ClickReply(.badRequest), to: nil, "none")
        }
        let operation = specification.shopActions.first { $0.value == callback.action }?.key ?? "none"
        do {
            return answer(try await shop.reply(to: callback), to: callback, operation)
        } catch {
            // Nothing is known to be stored: Click's repeat finds out.
            return answer(ClickReply(.updateFailed, trouble: error), to: callback, operation)
        }
    }

    /// The Advanced Shop numbers its actions otherwise: it is told by the body, not by them.
    private func advanced(_ body: [UInt8]) async -> ClickAnswer {
        guard let call = AdvancedCall(body, specification) else {
            return answer(AdvancedReply(.badRequest), to: nil)
        }
        do {
            return answer(try await advanced.reply(to: call), to: call)
        } catch {
            return answer(AdvancedReply(ClickReply(.updateFailed, trouble: error)), to: call)
        }
    }

    private func answer(_ reply: AdvancedReply, to call: AdvancedCall?) -> ClickAnswer {
        let isKnown = call.map { specification.advancedActions[$0.action] != nil } ?? false
        return ClickAnswer(
            body: writer.bytes(reply, to: call), operation: "advanced-\(isKnown ? call?.action ?? "" : "none")",
            name: reply.reply.word.rawValue, code: writer.code(reply.reply.word), anomaly: reply.reply.anomaly,
            orderID: call?.param(configuration.advancedAccount), transID: call?.attemptID,
            underlyingError: reply.reply.trouble)
    }

    private func answer(_ reply: ClickReply, to callback: ClickCallback?, _ operation: String) -> ClickAnswer {
        ClickAnswer(
            body: writer.bytes(reply, to: callback), operation: operation, name: reply.word.rawValue,
            code: writer.code(reply.word), anomaly: reply.anomaly, orderID: callback?.merchantTransID,
            transID: callback?.transID, underlyingError: reply.trouble)
    }
}

/// What the transport knows of a call.
public struct ClickCall: Sendable {
    /// The value of the `Content-Type` header.
    public var contentType: String?
    /// Whether the caller's address is allowed; true if there is no address list. Otherwise the answer is -1.
    public var isAddressAllowed: Bool

    /// - Parameter contentType: the header's value as it came; nil: there was none.
    public init(contentType: String?, isAddressAllowed: Bool = true) {
        self.contentType = contentType
        self.isAddressAllowed = isAddressAllowed
    }
}

/// What a call is answered, and what is to be said of it in the log.
public struct ClickAnswer: Sendable {
    /// JSON.
    public var body: [UInt8]
    /// `prepare`, `complete`, or the Advanced Shop's with `advanced-` before it; `none` if that cannot be said.
    public var operation: String
    /// The answer's name in `click.openapi.yaml`.
    public var name: String
    /// The value of `error`.
    public var code: Int64
    /// Whether the caller is not Click: a wrong signature, or an address that is not allowed.
    public var isUnauthorized: Bool { name == ClickWord.signCheckFailed.rawValue }
    /// What somebody should look at.
    public var anomaly: ClickAnomaly?
    /// `merchant_trans_id`; nil: nothing could be read.
    public var orderID: String?
    /// `click_trans_id`; nil: nothing could be read.
    public var transID: Int64?
    /// What went wrong here, for the log.
    public var underlyingError: (any Error)?
}

/// The documents and the program do not fit.
public struct ClickSetupError: Error, Sendable, CustomStringConvertible {
    /// What does not fit.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
