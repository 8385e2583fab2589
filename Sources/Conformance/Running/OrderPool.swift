/// The orders that a run may pay, and how few of them will do.
struct OrderPool {
    private let kind: OrderKind
    /// Never touched.
    private var fresh: [String]
    /// Used by scenarios that leave them payable.
    private var returned: [String] = []

    init(_ orders: [String], kind: OrderKind) {
        fresh = orders
        self.kind = kind
    }

    /// How many orders the scenarios take when they share what can be shared.
    static func need(of scenarios: [Scenario], kind: OrderKind) -> Int {
        var usedUp = 0
        var need = 0
        for orders in scenarios.map(\.orders) where orders.amount == nil {
            // An account can be paid into again and again.
            guard kind == .oneTime else {
                need = max(need, min(orders.count, 1))
                continue
            }
            need = max(need, usedUp + orders.count)
            if orders.areUsedUp { usedUp += orders.count }
        }
        return need
    }

    /// How many are left.
    var count: Int { fresh.count + returned.count }

    /// Takes orders for a scenario: untouched ones as long as there are more than the rest of the run needs, so that
    /// one scenario's miss does not spoil another.
    ///
    /// - Parameter reserve: how many orders later scenarios will use up
    /// - Returns: nil if there are too few
    mutating func take(_ need: OrderNeed, reserve: Int) -> [String]? {
        guard need.count > 0 else { return [] }
        guard kind == .oneTime else {
            let all = fresh + returned
            guard !all.isEmpty else { return nil }
            return (0..<need.count).map { all[$0 % all.count] }
        }
        guard count >= need.count else { return nil }
        var orders: [String] = []
        if need.areUsedUp || fresh.count - need.count >= reserve {
            orders = Array(fresh.prefix(need.count))
            fresh.removeFirst(orders.count)
        }
        let missing = need.count - orders.count
        let shared = Array(returned.prefix(missing))
        returned.removeFirst(shared.count)
        orders += shared
        let last = Array(fresh.prefix(need.count - orders.count))
        fresh.removeFirst(last.count)
        return orders + last
    }

    /// Takes back the orders of a scenario that leaves them payable.
    ///
    /// - Parameter areSound: false after a miss; such orders are used again last
    mutating func putBack(_ orders: [String], areSound: Bool) {
        guard kind == .oneTime else { return }
        if areSound { returned.insert(contentsOf: orders, at: 0) } else { returned.append(contentsOf: orders) }
    }
}
