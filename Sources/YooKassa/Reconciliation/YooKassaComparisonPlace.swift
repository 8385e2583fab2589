/// How far a comparison came.
struct YooKassaComparisonPlace: Sendable {
    enum List: Sendable, Hashable {
        case payments, refunds, none
    }

    /// When it began, milliseconds since 1970.
    let start: Int64
    /// What is being read.
    var list = List.payments
    /// The page that comes next; nil: the first.
    var cursor: String?
    var report = YooKassaReconciliation.Report()
    /// YooKassa's ids of the payments in its list.
    var seen: Set<String> = []

    init(start: Int64) { self.start = start }

    mutating func turn(to list: List) {
        self.list = list
        cursor = nil
    }
}

/// A comparison that could not be made to its end, to be taken up again.
struct YooKassaUnfinishedComparison: Sendable {
    private var place: YooKassaComparisonPlace?
    private var failures = 0
    private var notBefore: Int64 = 0

    /// How long is waited after a first, second, … failure, and after all others, milliseconds.
    private static let pauses: [Int64] = [60_000, 300_000, 900_000]
    private static let longestPause: Int64 = 3_600_000
    /// After which time it begins anew, milliseconds: the list is another one by then.
    private static let placeMaximum: Int64 = 21_600_000

    /// How long nothing is tried, milliseconds; nil: it is now.
    func left(at now: Int64) -> Int64? {
        let left = notBefore - now
        return left > 0 && left <= Self.longestPause ? left : nil
    }

    /// Where it goes on.
    func place(at now: Int64) -> YooKassaComparisonPlace {
        guard let place, now >= place.start, now - place.start < Self.placeMaximum else {
            return YooKassaComparisonPlace(start: now)
        }
        return place
    }

    mutating func keep(_ place: YooKassaComparisonPlace) { self.place = place }

    /// - Parameter place: nil: it begins anew.
    /// - Returns: how often it failed in a row, and how long is waited now, milliseconds.
    mutating func fail(_ place: YooKassaComparisonPlace?, at now: Int64) -> (failures: Int, pause: Int64) {
        self.place = place
        failures += 1
        let pause = failures <= Self.pauses.count ? Self.pauses[failures - 1] : Self.longestPause
        notBefore = now + pause
        return (failures, pause)
    }
}
