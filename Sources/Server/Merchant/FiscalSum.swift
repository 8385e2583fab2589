import StrictJSON

/// Adds up fiscal lines: price × count − discount, and the shipping.
///
/// Source: payme.md 3.1.
enum FiscalSum {
    /// Minor units; nil if a count has a fraction, so that nobody knows how a part of a unit is rounded, or if the sum
    /// is beyond 64 bits.
    static func of(_ detail: JSONValue) -> Int64? {
        var sum: Int64 = 0
        for item in detail["items"]?.arrayValue ?? [] {
            guard let price = item["price"]?.integerValue, let count = item["count"]?.integerValue else { return nil }
            let (line, isBeyond) = price.multipliedReportingOverflow(by: count)
            guard !isBeyond, add(line, to: &sum), add(-(item["discount"]?.integerValue ?? 0), to: &sum) else {
                return nil
            }
        }
        guard add(detail["shipping"]?["price"]?.integerValue ?? 0, to: &sum) else { return nil }
        return sum
    }

    private static func add(_ value: Int64, to sum: inout Int64) -> Bool {
        let (next, isBeyond) = sum.addingReportingOverflow(value)
        sum = next
        return !isBeyond
    }
}
