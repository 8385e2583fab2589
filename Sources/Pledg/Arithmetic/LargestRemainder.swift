/// Divides an amount by weights so that not a unit is lost.
///
/// Source: pledg.md 5
enum LargestRemainder {
    /// Each gets its part rounded down; what is left goes one by one to the largest remainders, the earlier of two that
    /// are equal first.
    ///
    /// - Parameter weights: none below 0.
    /// - Returns: nil if the weights sum to 0, to more than Int64 holds, or one is below 0.
    static func divide(_ total: Int64, by weights: [Int64]) -> [Int64]? {
        guard total >= 0, weights.allSatisfy({ $0 >= 0 }), let sum = weights.checkedSum, sum > 0 else { return nil }
        var parts: [(amount: Int64, remainder: UInt64)] = []
        for weight in weights {
            // Full width: a product of two amounts is never too large.
            let product = UInt64(total).multipliedFullWidth(by: UInt64(weight))
            let (quotient, remainder) = UInt64(sum).dividingFullWidth(product)
            parts.append((Int64(quotient), remainder))
        }
        var left = total - parts.reduce(0) { $0 + $1.amount }
        let byRemainder = parts.indices.sorted { parts[$0].remainder > parts[$1].remainder }
        for index in byRemainder where left > 0 {
            parts[index].amount += 1
            left -= 1
        }
        return parts.map(\.amount)
    }
}

extension Collection where Element == Int64 {
    /// Nil if it is more than Int64 holds.
    var checkedSum: Int64? {
        var sum: Int64 = 0
        for number in self {
            let (next, isBeyond) = sum.addingReportingOverflow(number)
            if isBeyond { return nil }
            sum = next
        }
        return sum
    }
}
