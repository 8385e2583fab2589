/// How an amount is divided among the members of a group; the leader is the first.
///
/// Source: pledg.md 5
public enum PledgSplit: Sendable, Hashable {
    /// The same for each; what cannot be divided is the leader's.
    case equal
    /// The same for each; the first get one unit more.
    case equalFirstMore
    /// In proportion to weights, one for each member.
    case weighted([Int64])
    /// Amounts, one for each member, minor units.
    case custom([Int64])

    /// What each pays, minor units.
    ///
    /// - Parameters:
    ///   - total: minor units.
    ///   - members: how many, the leader included.
    ///   - maximum: how many a group may have.
    ///   - minimum: the least share, minor units. Nothing at all is possible for the leader alone.
    public func amounts(
        of total: Int64, members: Int, maximum: Int = 16, minimum: Int64 = 1
    ) throws(PledgSplitError) -> [Int64] {
        guard total > 0 else { throw .amount }
        guard (1...maximum).contains(members) else { throw .members(maximum: maximum) }
        let amounts = try divided(total, members)
        for (index, amount) in amounts.enumerated() where amount < minimum && (index > 0 || amount != 0) {
            throw .tooSmall(member: index, amount: amount, minimum: minimum)
        }
        return amounts
    }

    private func divided(_ total: Int64, _ members: Int) throws(PledgSplitError) -> [Int64] {
        let (each, rest) = total.quotientAndRemainder(dividingBy: Int64(members))
        switch self {
        case .equal:
            return [each + rest] + Array(repeating: each, count: members - 1)
        case .equalFirstMore:
            return (0..<members).map { each + (Int64($0) < rest ? 1 : 0) }
        case .weighted(let weights):
            guard weights.count == members else { throw .count(members) }
            guard let amounts = LargestRemainder.divide(total, by: weights) else { throw .weights }
            return amounts
        case .custom(let amounts):
            guard amounts.count == members else { throw .count(members) }
            for (index, amount) in amounts.enumerated() where amount < 0 {
                throw .tooSmall(member: index, amount: amount, minimum: 0)
            }
            // Beyond Int64 it is too much by more than anybody writes.
            guard let sum = amounts.checkedSum else { throw .sum(difference: .max) }
            guard sum == total else { throw .sum(difference: sum - total) }
            return amounts
        }
    }
}

/// Why an amount cannot be divided so.
public enum PledgSplitError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is nothing to divide.
    case amount
    /// Nobody, or more than a group may have.
    case members(maximum: Int)
    /// As many numbers are needed as there are members.
    case count(Int)
    /// Below 0, all of them 0, or more than can be counted.
    case weights
    /// The share of the member at that place, from 0, is below the least, minor units.
    case tooSmall(member: Int, amount: Int64, minimum: Int64)
    /// What the shares are above the amount (or below it, if negative), minor units.
    case sum(difference: Int64)

    /// For people.
    public var description: String {
        switch self {
        case .amount: "the amount must be above 0"
        case .members(let maximum): "a group has 1 to \(maximum) members, the leader included"
        case .count(let members): "give one number for each of the \(members) members"
        case .weights: "weights are 0 or more, and not all 0"
        case .tooSmall(let member, let amount, let minimum):
            "the share of member \(member + 1) is \(amount), and the least is \(minimum): take fewer members, "
                + "or other shares"
        case .sum(let difference) where difference > 0: "the shares are \(difference) too much: take that away"
        case .sum(let difference): "the shares are \(difference.magnitude) too little: add that"
        }
    }
}
