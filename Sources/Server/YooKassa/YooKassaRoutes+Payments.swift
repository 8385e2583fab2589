import HTTPTypes
import Hummingbird
import Logging
import Payments
import Pledg
import Storage
import StrictJSON
import YooKassa

extension YooKassaRoutes {
    /// `POST /payments`: 201 with the payment and where the payer confirms it; 202 while YooKassa has not answered. The
    /// same request with the same `Idempotency-Key` is the same payment.
    func create(_ request: Request, _ access: MerchantAccess, _ logger: Logger) async throws -> Response {
        try await access.holder(of: request, logger).require(["orders:write"])
        let key = try IdempotencyTicket.key(request)
        let wanted = try YooKassaPaymentBody.request(
            try await request.bytes(upTo: bodyBytesMaximum), idempotencyKey: key)
        if let id = wanted.orderID, PledgGateway.isOwnOrder(id) { throw Problem.managedOrder("order_id") }
        let view: YooKassaPaymentView
        switch try await create(wanted) {
        case .success(let made): view = made
        case .failure(let refusal): throw refusal.problem
        }
        return Self.json(
            YooKassaJSON.payment(view), view.status == .processing ? .accepted : .created,
            location: "\(Self.path)/\(view.payment.id)")
    }

    private func create(_ wanted: YooKassaPaymentRequest) async throws -> Result<YooKassaPaymentView, YooKassaRefusal> {
        let answer = try await site.gateway.payments.create(wanted)
        guard registersOrders, let id = wanted.orderID, case .failure(.order(.orderNotFound)) = answer else {
            return answer
        }
        // The seed knows no orders: its first payment says what is owed.
        let order = try OrderRequest.unregistered(
            id: id, amount: wanted.amount, description: wanted.description, now: clock.now)
        _ = try await store.engine.write { try SQLPaymentSession(sql: $0).insert(order) }
        return try await site.gateway.payments.create(wanted)
    }

    /// `GET /payments/yookassa/{id}`
    func show(
        _ request: Request, _ id: String?, _ access: MerchantAccess, _ logger: Logger
    ) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:read"])
        return try await answer(id)
    }

    /// `POST /payments/yookassa/{id}/capture`: takes held money, or a part of it; the rest goes back.
    func capture(
        _ request: Request, _ id: String?, _ access: MerchantAccess, _ logger: Logger
    ) async throws -> Response {
        let object = try await change(request, access, logger, known: ["amount", "receipt"])
        let amount = try object["amount"].map { try OrderContent.money($0, "amount") }
        let receipt = try YooKassaPaymentBody.member(object, "receipt")
        if let id = Self.id(id), let view = try await site.gateway.payments.find(id) { try Self.refuseManaged(view) }
        guard let id = Self.id(id),
            let answer = try await site.gateway.payments.capture(id, amount: amount, receipt: receipt)
        else { throw Problem.noPayment }
        switch answer {
        case .success: return try await self.answer(id)
        case .failure(let refusal): throw refusal.problem
        }
    }

    /// `POST /payments/yookassa/{id}/cancel`: 200 when it is called off, 202 while it is not yet; taken money goes back.
    func cancel(
        _ request: Request, _ id: String?, _ access: MerchantAccess, _ logger: Logger
    ) async throws -> Response {
        _ = try await change(request, access, logger, known: [])
        if let id = Self.id(id), let view = try await site.gateway.payments.find(id), view.hasMoney {
            try Self.refuseManaged(view)
        }
        guard let id = Self.id(id),
            let answer = try await site.gateway.payments.cancel(id, actor: MerchantRoutes.actor)
        else { throw Problem.noPayment }
        switch answer {
        case .success(let view):
            let isOver = view.transaction.state == .cancelled || view.transaction.state == .cancelledAfterPerform
            return try await self.answer(id, isOver ? .ok : .accepted)
        case .failure(.unanswered): return try await self.answer(id, .accepted)
        case .failure(let refusal): throw refusal.problem
        }
    }

    /// What goes back to one member of a group is reckoned with the others.
    static func refuseManaged(_ view: YooKassaPaymentView) throws {
        guard !PledgGateway.isOwnOrder(view.transaction.orderID) else { throw Problem.managedPayment }
    }

    /// Lets in who may change payments, and reads the body, which may be left out.
    func change(
        _ request: Request, _ access: MerchantAccess, _ logger: Logger, known: Set<String>
    ) async throws -> JSONObject {
        try await access.holder(of: request, logger).require(["transactions:write"])
        // As often as it is sent, these do one thing once; the key needs only to be one.
        _ = try IdempotencyTicket.key(request)
        let object = try RequestChecks.optionalObject(try await request.bytes(upTo: bodyBytesMaximum))
        try RequestChecks.fields(object, known: known)
        return object
    }

    /// The payment as it stands, with what goes back of it.
    func answer(
        _ id: String?, _ status: HTTPResponse.Status = .ok, isReplay: Bool = false
    ) async throws -> Response {
        guard let id = Self.id(id), let view = try await site.gateway.payments.find(id) else {
            throw Problem.noPayment
        }
        let refunds = try await site.gateway.refunds.all(ofPayment: id)
        let receipts = try await site.gateway.receipts.all(ofPayment: id)
        let words = try await site.gateway.refunds.words(ofPayment: id)
        return Self.json(YooKassaJSON.payment(view, refunds, receipts, words), status, isReplay: isReplay)
    }
}

extension YooKassaPaymentView {
    /// The payer's money is held, or was taken.
    fileprivate var hasMoney: Bool {
        transaction.state == .performed || payment.step == .authorized || payment.step == .capturing
    }
}

extension OrderRequest {
    /// An order that its first payment registers, by the rules of `POST /orders`.
    ///
    /// - Parameter now: milliseconds since 1970.
    /// - Throws: ``Problem`` that names `order_id` if it cannot be one.
    static func unregistered(id: String, amount: Money, description: String?, now: Int64) throws -> Order {
        guard isID(id) else { throw Problem.invalid("order_id", "Must be 1 to 64 letters, digits and + - . / : _") }
        return .oneTime(id: id, amount: amount, description: description, createdAt: now)
    }
}
