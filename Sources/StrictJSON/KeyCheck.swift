/// Tells whether a key is already among the members of an object that is being built.
///
/// A few keys are compared one by one; beyond that a hash set takes over (Swift seeds its hashes, so a sender cannot
/// choose keys that collide). Either way the check stays linear in the size of the document.
struct KeyCheck {
    /// How many members are compared one by one.
    static let largestScan = 16

    private var seen: Set<String> = []

    /// Whether the key is among the members. To be asked once for each key that is appended, in order.
    mutating func isDuplicate(_ key: String, of members: [JSONObject.Element]) -> Bool {
        if members.count < Self.largestScan {
            for member in members where member.key == key { return true }
            return false
        }
        if seen.isEmpty {
            seen.reserveCapacity(members.count * 2)
            for member in members { seen.insert(member.key) }
        }
        return !seen.insert(key).inserted
    }
}
