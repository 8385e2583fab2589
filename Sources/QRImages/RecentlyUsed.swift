/// Values by key, as many as fit; what was not asked for longest goes first.
struct RecentlyUsed<Key: Hashable, Value> {
    private struct Node {
        let key: Key
        var value: Value
        var cost: Int
        var newer: Int?
        var older: Int?
    }

    let capacity: Int
    private(set) var cost = 0
    private var places: [Key: Int] = [:]
    /// A list linked both ways; places that are free are used again.
    private var nodes: [Node?] = []
    private var free: [Int] = []
    private var newest: Int?
    private var oldest: Int?

    /// - Parameter capacity: the most that all values may cost together.
    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { places.count }

    /// The value, which is now the one used last.
    mutating func value(_ key: Key) -> Value? {
        guard let place = places[key], let node = nodes[place] else { return nil }
        unlink(place)
        link(place)
        return node.value
    }

    /// Keeps a value, unless it alone costs more than there is room for.
    mutating func insert(_ value: Value, for key: Key, cost added: Int) {
        remove(key)
        guard added <= capacity else { return }
        while cost + added > capacity, let oldest, let node = nodes[oldest] { remove(node.key) }
        let place = free.popLast() ?? nodes.count
        if place == nodes.count { nodes.append(nil) }
        nodes[place] = Node(key: key, value: value, cost: added)
        places[key] = place
        cost += added
        link(place)
    }

    private mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key), let node = nodes[place] else { return }
        unlink(place)
        nodes[place] = nil
        free.append(place)
        cost -= node.cost
    }

    private mutating func link(_ place: Int) {
        nodes[place]?.older = newest
        nodes[place]?.newer = nil
        if let newest { nodes[newest]?.newer = place }
        newest = place
        if oldest == nil { oldest = place }
    }

    private mutating func unlink(_ place: Int) {
        guard let node = nodes[place] else { return }
        if let newer = node.newer { nodes[newer]?.older = node.older } else { newest = node.older }
        if let older = node.older { nodes[older]?.newer = node.newer } else { oldest = node.newer }
    }
}
