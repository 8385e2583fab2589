import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Payments
import Storage
import StrictJSON
import YooKassa

/// The routes of YooKassa: what the merchant asks for, what YooKassa tells, where payers come back to.
struct YooKassaRoutes: Sendable {
    let site: YooKassaSite
    /// Nil: there is no merchant API, and no payment is made over HTTP.
    let access: MerchantAccess?
    let store: Store
    let clock: TimeSource
    let bodyBytesMaximum: Int
    let clientAddress: ClientAddress
    /// Whether an order that nobody registered is registered by its first payment, as the seed has it. Not where the
    /// shop is asked about orders.
    let registersOrders: Bool
    let inFlight = KeysInFlight()

    static let seedPath = "/payments"
    static let path = "/payments/yookassa"
    static let seedNoticePath = "/webhook"
    static let noticePath = path + "/webhook"
    static let differencesPath = path + "/differences"
    static let subscriptionsPath = "/subscriptions"
    private static let changes = SubscriptionChange.allCases.map(\.rawValue) + ["renew"]

    /// - Parameter hasMerchant: whether there is a merchant API.
    static func knownPaths(hasMerchant: Bool) -> [KnownPath] {
        let merchant =
            [
                KnownPath(Self.seedPath, [.post]), KnownPath(Self.path, [.post]),
                KnownPath(Self.differencesPath, [.get, .head, .post]),
                KnownPath(Self.subscriptionsPath, [.get, .head, .post]),
                KnownPath(Self.subscriptionsPath + "/{id}", [.get, .head]),
            ]
            + ["capture", "cancel", "refund", "receipts"].map { KnownPath(Self.path + "/{id}/" + $0, [.post]) }
            + ["refunds", "receipts"].map { KnownPath(Self.path + "/{id}/\($0)/{part}/settle", [.post]) }
            + Self.changes.map { KnownPath(Self.subscriptionsPath + "/{id}/" + $0, [.post]) }
        let open = [
            KnownPath(Self.noticePath, [.post]), KnownPath(Self.seedNoticePath, [.post]),
            KnownPath(Self.path + "/{id}/return", [.get, .head]),
        ]
        guard hasMerchant else { return open }
        // After what stands at the same depth and is no id.
        return open + merchant + [KnownPath(Self.path + "/{id}", [.get, .head])]
    }

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        let root = router.group().add(middleware: PayerGuard(about: "YooKassa"))
        for path in [Self.seedNoticePath, Self.noticePath] {
            root.post(RouterPath(path)) { request, context in try await notice(request, context) }
        }
        root.get(RouterPath(Self.path + "/{id}/return")) { request, context in
            try await comeBack(request, context.parameters.get("id"))
        }
        guard let access else { return }
        for path in [Self.seedPath, Self.path] {
            root.post(RouterPath(path)) { request, context in try await create(request, access, context.logger) }
        }
        addPayments(to: root, access)
        addSubscriptions(to: root, access)
    }

    private func addPayments<Context: RequestContext>(
        to root: some RouterMethods<Context>, _ access: MerchantAccess
    ) {
        let one = RouterPath(Self.path + "/{id}")
        root.get(RouterPath(Self.differencesPath)) { request, context in
            try await differences(request, access, context.logger)
        }
        root.post(RouterPath(Self.differencesPath)) { request, context in
            try await compare(request, access, context.logger)
        }
        root.get(one) { request, context in
            try await show(request, context.parameters.get("id"), access, context.logger)
        }
        root.post(RouterPath(Self.path + "/{id}/capture")) { request, context in
            try await capture(request, context.parameters.get("id"), access, context.logger)
        }
        root.post(RouterPath(Self.path + "/{id}/cancel")) { request, context in
            try await cancel(request, context.parameters.get("id"), access, context.logger)
        }
        root.post(RouterPath(Self.path + "/{id}/refund")) { request, context in
            try await refund(request, context.parameters.get("id"), access, context.logger)
        }
        root.post(RouterPath(Self.path + "/{id}/receipts")) { request, context in
            try await makeReceipt(request, context.parameters.get("id"), access, context.logger)
        }
        for kind in [YooKassaMerchantWord.Kind.refund, .receipt] {
            root.post(RouterPath(Self.path + "/{id}/\(kind.rawValue)s/{part}/settle")) { request, context in
                try await settle(
                    kind, request, context.parameters.get("id"), context.parameters.get("part"), access, context.logger)
            }
        }
    }

    private func addSubscriptions<Context: RequestContext>(
        to root: some RouterMethods<Context>, _ access: MerchantAccess
    ) {
        let group = root.group(RouterPath(Self.subscriptionsPath))
        group.post("") { request, context in try await subscribe(request, access, context.logger) }
        group.get("") { request, context in try await subscriptions(request, access, context.logger) }
        group.get("{id}") { request, context in
            try await subscription(request, context.parameters.get("id"), access, context.logger)
        }
        group.post("{id}/renew") { request, context in
            try await renew(request, context.parameters.get("id"), access, context.logger)
        }
        for change in SubscriptionChange.allCases {
            group.post(RouterPath("{id}/\(change.rawValue)")) { request, context in
                try await self.change(change, request, context.parameters.get("id"), access, context.logger)
            }
        }
    }

    /// An id of ours; what cannot be one needs no look into the database.
    static func id(_ text: (some StringProtocol)?) -> String? {
        guard let text, text.utf8.count == 26,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) })
        else { return nil }
        return String(text)
    }

    static func json(
        _ bytes: [UInt8], _ status: HTTPResponse.Status = .ok, location: String? = nil, isReplay: Bool = false
    ) -> Response {
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        headers[.location] = location
        if isReplay { headers[.idempotencyReplayed] = "true" }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
