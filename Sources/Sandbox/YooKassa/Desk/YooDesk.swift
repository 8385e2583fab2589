import Specification
import Synchronization

/// The simulated YooKassa as the page has it: its API, what the shop knows of its payments, and everything that either
/// says written into the timeline.
final class YooDesk: Sendable {
    let yookassa: YooKassaSandbox
    let clock: SandboxClock
    let timeline: Timeline
    let shop: SandboxYooKassa
    let suitePrefix: String

    /// What the shop knows of a payment.
    struct ShopPayment: Sendable {
        let order: String
        /// State as the server's last event has it.
        var state: Int64?
    }

    private struct Books {
        /// By the server's id.
        var payments: [String: ShopPayment] = [:]
        /// Oldest first.
        var ids: [String] = []
        /// The server's ids of payments that the conformance suite has made.
        var suite: Set<String> = []
        /// What was last read of each payment or list, and how it stood.
        var lastRead: [String: String] = [:]
        var deliveries: Task<Void, Never>?
    }

    private let books = Mutex(Books())
    private static let paymentsMaximum = 2_000
    /// Whose subscriptions the page shows.
    static let user = "sandbox-visitor"

    init(configuration: SandboxConfiguration, shop: SandboxYooKassa, clock: SandboxClock, timeline: Timeline) {
        self.shop = shop
        self.clock = clock
        self.timeline = timeline
        suitePrefix = configuration.suitePrefix
        yookassa = YooKassaSandbox([
            YooKassaShop(
                id: shop.shopID, secretKey: shop.secretKey, notificationURL: configuration.yookassaNoticeURL)
        ]) { clock.now }
        yookassa.conduct.noticeSender = shop.noticeSender
        yookassa.observe { [weak self] in self?.record($0) }
        yookassa.observeNotices { [weak self] in self?.record($0, microseconds: $1) }
    }

    // MARK: Telling

    /// Notifications go out from now on.
    func open() {
        books.withLock { books in
            guard books.deliveries == nil else { return }
            books.deliveries = Task { [yookassa] in await yookassa.deliverForever() }
        }
    }

    /// No notification goes out any more.
    func close() {
        books.withLock { $0.deliveries }?.cancel()
    }

    // MARK: What the shop knows

    /// Which order a payment is for; nil: nobody has said yet.
    func order(of payment: YooKassaPayment) -> String? {
        payment.metadata("order_id") ?? payment.metadata("tx").flatMap { known($0)?.order }
    }

    /// - Parameter id: the server's.
    func known(_ id: String) -> ShopPayment? { books.withLock { $0.payments[id] } }

    /// The server has told the shop something.
    func note(_ event: ShopEvent) {
        guard event.currency == Amount.rub else { return }
        books.withLock { books in
            var payment = books.payments[event.externalID] ?? ShopPayment(order: event.orderID)
            payment.state = event.state
            if books.payments.updateValue(payment, forKey: event.externalID) == nil {
                books.ids.append(event.externalID)
            }
            guard books.ids.count > Self.paymentsMaximum else { return }
            books.payments[books.ids.removeFirst()] = nil
        }
    }

    // MARK: The conformance suite

    /// A payment of the suite's is made: neither it nor its order is shown.
    func hide(_ id: String) { _ = books.withLock { $0.suite.insert(id) } }

    /// - Parameter id: the server's.
    func isHidden(payment id: String) -> Bool { books.withLock { $0.suite.contains(id) } }

    /// Whether an order is one that the server made up for a payment of the suite's.
    func isHidden(order: String) -> Bool {
        order.hasPrefix(suitePrefix) || (order.hasPrefix("yk-") && isHidden(payment: String(order.dropFirst(3))))
    }

    /// While the suite runs, the server may tell of an order that it has made up before it asks for the payment: whose it
    /// is is known only then.
    func isPerhapsHidden(order: String) -> Bool {
        isHidden(order: order) || (order.hasPrefix("yk-") && yookassa.hasStandIn)
    }

    /// Whether what was read says something that was not said before.
    func isNews(_ place: String, _ text: String) -> Bool {
        books.withLock { books in
            if books.lastRead.count > Self.paymentsMaximum { books.lastRead = [:] }
            return books.lastRead.updateValue(text, forKey: place) != text
        }
    }

    /// Payments that the page shows, newest first.
    func shown(_ count: Int) -> [YooKassaPayment] {
        yookassa.payments.reversed().lazy.filter { [self] payment in
            !(payment.metadata("tx").map { isHidden(payment: $0) } ?? false)
                && !(order(of: payment).map { isHidden(order: $0) } ?? false)
        }.prefix(count).map(\.self)
    }

    /// Writes what nobody sees on the wire.
    func say(_ key: String, order: String?, _ values: [String: LocalizedText] = [:]) {
        var entry = TimelineEntry(.note, "note", Sentence(key, values))
        entry.order = order
        timeline.add(entry)
    }
}
