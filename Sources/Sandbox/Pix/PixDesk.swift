import Synchronization

/// The simulated Pix bank as the page has it: the bank, what the shop knows of its charges, and everything that either
/// says written into the timeline.
final class PixDesk: Sendable {
    let bank: PixBankSandbox
    let clock: SandboxClock
    let timeline: Timeline
    let shop: SandboxPix
    let suitePrefix: String

    private struct Books {
        /// By txid.
        var charges: [String: PixShopCharge] = [:]
        /// Oldest first.
        var txids: [String] = []
        /// Orders for which a charge is being made.
        var making: [String] = []
        /// The newest; nil: none yet.
        var payout: PixShopPayout?
        /// What was last read of each charge or payout, and how it stood.
        var lastRead: [String: String] = [:]
        /// Tokens: shown with the call that they were asked for.
        var held: [TimelineEntry] = []
        var deliveries: Task<Void, Never>?
    }

    private let books = Mutex(Books())
    private static let chargesMaximum = 1_000

    init(configuration: SandboxConfiguration, shop: SandboxPix, clock: SandboxClock, timeline: Timeline) {
        self.shop = shop
        self.clock = clock
        self.timeline = timeline
        suitePrefix = configuration.suitePrefix
        bank = PixBankSandbox(
            PixBankConfiguration(clientID: shop.clientID, clientSecret: shop.clientSecret, keys: [shop.key])
        ) { clock.now }
        bank.register(webhookURL: configuration.pixNoticeURL(shop), for: shop.key)
        bank.observe { [weak self] in self?.record($0) }
        bank.observeNotices { [weak self] in self?.record($0, microseconds: $1) }
    }

    // MARK: Telling

    /// Notices go out from now on.
    func open() {
        books.withLock { books in
            guard books.deliveries == nil else { return }
            books.deliveries = Task { [bank] in await bank.deliverForever() }
        }
    }

    /// No notice goes out any more.
    func close() {
        books.withLock { $0.deliveries }?.cancel()
    }

    // MARK: What the shop knows

    /// Which order a txid belongs to; nil: nobody has said yet.
    func order(of txid: String) -> String? { books.withLock { $0.charges[txid]?.order } }

    func charge(_ txid: String) -> PixShopCharge? { books.withLock { $0.charges[txid] } }

    /// The newest charge of each order that has a page.
    var pages: [String: String] {
        books.withLock { books in
            var pages: [String: String] = [:]
            for txid in books.txids {
                if let charge = books.charges[txid], let page = charge.page { pages[charge.order] = page }
            }
            return pages
        }
    }

    /// Makes a charge by the closure. What the bank is asked for meanwhile is for that order: it hears no order's name.
    func making<T>(_ order: String, _ body: () async -> T) async -> T {
        books.withLock { $0.making.append(order) }
        let result = await body()
        books.withLock { books in
            if let index = books.making.firstIndex(of: order) { books.making.remove(at: index) }
        }
        return result
    }

    /// The bank was asked for a charge.
    func assumeOrder(of txid: String) {
        books.withLock { books in
            guard books.charges[txid] == nil, books.making.count == 1 else { return }
            Self.note(txid, PixShopCharge(order: books.making[0]), &books)
        }
    }

    /// The server has answered that there is a charge.
    func note(_ txid: String, order: String, page: String?, transaction: Int64?) {
        books.withLock { books in
            var charge = books.charges[txid] ?? PixShopCharge(order: order)
            charge.page = page ?? charge.page
            charge.transaction = transaction ?? charge.transaction
            Self.note(txid, charge, &books)
        }
    }

    /// The server has told the shop something.
    func note(_ event: ShopEvent) {
        guard event.currency == Amount.brl else { return }
        books.withLock { books in
            var charge = books.charges[event.externalID] ?? PixShopCharge(order: event.orderID)
            charge.transaction = event.transactionID
            charge.state = event.state
            Self.note(event.externalID, charge, &books)
        }
    }

    private static func note(_ txid: String, _ charge: PixShopCharge, _ books: inout Books) {
        if books.charges.updateValue(charge, forKey: txid) == nil { books.txids.append(txid) }
        guard books.txids.count > chargesMaximum else { return }
        books.charges[books.txids.removeFirst()] = nil
    }

    /// What the shop last asked to be sent.
    var lastPayout: PixShopPayout? {
        get { books.withLock { $0.payout } }
        set { books.withLock { $0.payout = newValue } }
    }

    /// Whether what was read says something that was not said before.
    func isNews(_ place: String, _ text: String) -> Bool {
        books.withLock { books in
            if books.lastRead.count > Self.chargesMaximum { books.lastRead = [:] }
            return books.lastRead.updateValue(text, forKey: place) != text
        }
    }

    func hold(_ entry: TimelineEntry) { books.withLock { $0.held = $0.held.suffix(3) + [entry] } }

    func takeHeld() -> [TimelineEntry] {
        books.withLock { books in
            defer { books.held = [] }
            return books.held
        }
    }
}
