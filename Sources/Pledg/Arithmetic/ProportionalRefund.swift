/// Divides what is given back among those who paid.
///
/// Source: pledg.md 5
enum ProportionalRefund {
    /// In proportion to what each paid, and to none more than he paid less what he got back.
    ///
    /// - Parameters:
    ///   - amount: minor units.
    ///   - paid: what each paid, minor units.
    ///   - returned: what each got back, minor units.
    /// - Returns: nil if that much is not left.
    static func divide(_ amount: Int64, paid: [Int64], returned: [Int64]) -> [Int64]? {
        let caps = zip(paid, returned).map { max(0, $0 - $1) }
        guard amount > 0, let left = caps.checkedSum, amount <= left else { return nil }
        var parts = Array(repeating: Int64(0), count: paid.count)
        var rest = amount
        // What is above somebody's cap is divided among the others, until all of it is placed.
        while rest > 0 {
            let open = parts.indices.map { parts[$0] < caps[$0] ? paid[$0] : 0 }
            guard let round = LargestRemainder.divide(rest, by: open) else { return nil }
            for index in parts.indices {
                let part = min(round[index], caps[index] - parts[index])
                parts[index] += part
                rest -= part
            }
        }
        return parts
    }
}
