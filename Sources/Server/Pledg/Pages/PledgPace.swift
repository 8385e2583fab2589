import Synchronization

/// How often somebody may do something: by address, and by link.
///
/// Source: pledg.md 7
final class PledgPace: Sendable {
    /// What is counted.
    enum Kind: Sendable, Hashable, CaseIterable {
        /// Links that there are not, by address: nobody tries them out.
        case strangers
        case formsByAddress, formsByLink
        case paymentsByAddress, paymentsByLink
        /// Addresses that are written to.
        case invitationsByLink

        /// How often, within how many milliseconds.
        var rule: (times: Int, milliseconds: Int64) {
            switch self {
            case .strangers: (30, 60_000)
            // An office, or a telephone company, may have one address.
            case .formsByAddress: (120, 60_000)
            case .formsByLink: (30, 60_000)
            case .paymentsByAddress: (60, 600_000)
            case .paymentsByLink: (12, 600_000)
            case .invitationsByLink: (30, 3_600_000)
            }
        }
    }

    private struct Key: Hashable {
        let kind: Kind
        let who: String
    }

    private struct Count {
        var since: Int64
        var times: Int
    }

    private let counts = Mutex<[Key: Count]>([:])
    private static let keysMaximum = 20_000

    /// Counts one time more.
    ///
    /// - Parameters:
    ///   - who: an address or a link; nil: nobody knows, and nothing is counted.
    ///   - times: how many at once.
    ///   - now: milliseconds since 1970.
    /// - Returns: nil: go on; else how many seconds to wait.
    func take(_ kind: Kind, _ who: String?, times: Int = 1, at now: Int64) -> Int64? {
        guard let who else { return nil }
        let rule = kind.rule
        return counts.withLock { counts in
            let key = Key(kind: kind, who: who)
            if counts[key] == nil, counts.count >= Self.keysMaximum {
                counts = counts.filter { now - $0.value.since < $0.key.kind.rule.milliseconds }
                // More addresses than one machine keeps in mind: whoever has so many is not held up by counting.
                if counts.count >= Self.keysMaximum { counts = [:] }
            }
            var count = counts[key] ?? Count(since: now, times: 0)
            if now - count.since >= rule.milliseconds || now < count.since { count = Count(since: now, times: 0) }
            guard count.times + times <= rule.times else {
                return max(1, (count.since + rule.milliseconds - now + 999) / 1_000)
            }
            count.times += times
            counts[key] = count
            return nil
        }
    }

    /// Whether that many were counted already; counts nothing.
    func isOver(_ kind: Kind, _ who: String?, at now: Int64) -> Bool {
        guard let who else { return false }
        let rule = kind.rule
        return counts.withLock { counts in
            guard let count = counts[Key(kind: kind, who: who)] else { return false }
            return count.times >= rule.times && (0..<rule.milliseconds).contains(now - count.since)
        }
    }
}
