extension JSONObject: Hashable {
    /// Whether two objects have the same members, in whatever order: to RFC 8259 an object is unordered. To compare
    /// the order too, compare `text`.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        // The members that stand in the same place: usually all of them.
        guard let start = left.indices.first(where: { left[$0] != right[$0] }) else { return true }
        let rest = right.members[start...]
        if rest.count <= KeyCheck.largestScan {
            return left.members[start...].allSatisfy { member in rest.contains { $0 == member } }
        }
        let values = Dictionary(rest.lazy.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        return left.members[start...].allSatisfy { values[$0.key] == $0.value }
    }

    /// Feeds the hasher with something that does not depend on the order of the members.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for (key, value) in members {
            var memberHasher = hasher
            memberHasher.combine(key)
            memberHasher.combine(value)
            sum &+= memberHasher.finalize()
        }
        hasher.combine(count)
        hasher.combine(sum)
    }
}
