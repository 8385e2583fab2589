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
        let needs = scenarios.map(\.orders).filter { $0.amount == nil }
        // An account can be paid into again and again.
        guard kind == .oneTime else { return needs.contains { $0.count > 0 } ? 1 : 0 }
        var usedUp = 0
        var need = 0
        for (index, orders) in needs.enumerated() {
            need = max(need, usedUp + orders.count + (orders.areUsedUp ? payable(in: needs[(index + 1)...]) : 0))
            if orders.areUsedUp { usedUp += orders.count }
        }
        return need
    }

    /// How many orders have to be kept for scenarios that only borrow them.
    private static func payable(in later: some Collection<OrderNeed>) -> Int {
        later.filter { !$0.areUsedUp && $0.amount == nil }.map(\.count).max() ?? 0
    }

    /// How many more orders there would have to be. The last ones are kept for scenarios that only borrow them, for
    /// those are many.
    func missing(_ need: OrderNeed, later: some Collection<OrderNeed>) -> Int {
        guard need.count > 0 else { return 0 }
        guard kind == .oneTime else { return fresh.isEmpty && returned.isEmpty ? 1 : 0 }
        let kept = need.areUsedUp ? Self.payable(in: later) : 0
        return max(0, need.count + kept - fresh.count - returned.count)
    }

    /// Takes orders for a scenario: untouched ones as long as there are more than the rest of the run needs, so that
    /// one scenario's miss does not spoil another.
    ///
    /// - Parameter later: what the scenarios after this one need
    /// - Returns: nil if there are too few
    mutating func take(_ need: OrderNeed, later: some Collection<OrderNeed>) -> [String]? {
        guard need.count > 0 else { return [] }
        guard kind == .oneTime else {
            let all = fresh + returned
            guard !all.isEmpty else { return nil }
            return (0..<need.count).map { all[$0 % all.count] }
        }
        guard missing(need, later: later) == 0 else { return nil }
        let reserve = later.filter(\.areUsedUp).map(\.count).reduce(0, +)
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
