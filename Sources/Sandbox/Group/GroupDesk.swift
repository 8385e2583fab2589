import Synchronization

/// Purchases that a group pays together, as the page has them: those that the shop has made or heard of, and the
/// e-mails to their members.
final class GroupDesk: Sendable {
    let shop: SandboxGroups
    let clock: SandboxClock
    let timeline: Timeline
    let mailbox = Mailbox()
    /// Links to this server begin with it.
    let url: String
    let suitePrefix: String

    /// Orders that stand for shares begin so; they are paid on the group's pages alone.
    static let sharePrefix = "pledg-"
    /// How many the page shows.
    private static let shown = 6
    private static let kept = 100

    private struct Books {
        /// Oldest first.
        var ids: [String] = []
        var plans: [String: GroupPlan] = [:]
        /// Webhooks that came, the newest hundreds: a repeat is shown once.
        var messages: [String] = []
        var lastReference = 0
    }

    private let books = Mutex(Books())

    init(configuration: SandboxConfiguration, shop: SandboxGroups, clock: SandboxClock, timeline: Timeline) {
        self.shop = shop
        self.clock = clock
        self.timeline = timeline
        url = configuration.url
        suitePrefix = configuration.suitePrefix
    }

    /// The shop has made a purchase, or heard of one that somebody else has made.
    /// - Parameter plan: nil: whatever the server's own settings are.
    func note(_ id: String, _ plan: GroupPlan? = nil) {
        books.withLock { books in
            if let plan { books.plans[id] = plan }
            guard !books.ids.contains(id) else { return }
            books.ids.append(id)
            guard books.ids.count > Self.kept else { return }
            books.plans[books.ids.removeFirst()] = nil
        }
    }

    /// What was chosen for it; nil: nobody has chosen.
    func plan(of id: String) -> GroupPlan? { books.withLock { $0.plans[id] } }

    /// - Returns: whether this webhook came before.
    func isRepeat(_ message: String) -> Bool {
        books.withLock { books in
            guard !books.messages.contains(message) else { return true }
            books.messages.append(message)
            if books.messages.count > 500 { books.messages.removeFirst() }
            return false
        }
    }

    /// The shop's next number.
    func nextReference() -> String {
        books.withLock { books in
            books.lastReference += 1
            return "GROUP-\(books.lastReference)"
        }
    }

    /// As they stand, newest first; one that the server does not show is left out.
    func purchases(by shop: ShopClient) async -> [ShopPurchase] {
        var found: [ShopPurchase] = []
        for id in books.withLock({ Array($0.ids.suffix(Self.shown).reversed()) }) {
            if let purchase = await shop.purchase(id) { found.append(purchase) }
        }
        return found
    }

    /// Lets hours pass, for the whole sandbox.
    func hoursLater(_ hours: GroupHours) {
        clock.advance(milliseconds: hours.milliseconds)
        timeline.add(TimelineEntry(.note, "note", Sentence(hours.key)))
    }
}

/// What becomes of the money when somebody does not pay.
enum GroupPlan: String, Sendable, CaseIterable {
    case leaderCovers = "leader_covers"
    case refundAll = "refund_all"

    /// Its text.
    var key: String { "group_plan_\(rawValue)" }
}

/// How much time the page lets pass.
enum GroupHours: String, Sendable, CaseIterable {
    /// Whoever has not paid is reminded.
    case day = "24"
    /// All that a group has.
    case all = "48"

    var milliseconds: Int64 {
        switch self {
        case .day: 24 * 3_600_000
        case .all: 48 * 3_600_000
        }
    }

    /// What the timeline says of it.
    var key: String { "note_hours_\(rawValue)" }
}
