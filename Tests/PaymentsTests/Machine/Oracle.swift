/// What may be called on one transaction id; `wait` moves the clock by thirteen hours.
enum Call: String, CaseIterable {
    case create, createOther, perform, cancel, cancelVetoed, refund30, refund70, wait, expire

    static let waitMilliseconds: Int64 = 13 * 3_600_000

    /// The amount that a create sends.
    var amount: Int64 { self == .createOther ? 130 : 100 }
}

/// What payme.md 3.10 says must happen to one id, call after call. It knows nothing of the machine.
struct Oracle: Equatable {
    /// The matrix of payme.md 3.10, with the columns that other gateways add: a create with another amount, a refund
    /// that the shop forbids, a partial one (`some`), one of all that is left (`all`), the expiry job.
    private static let matrix = """
        stored   create  differs  perform  cancel  vetoed  some    all     toomuch  expire
        none     new     new      -31003   -31003  -31003  -31003  -31003  -31003   -31003
        fresh    replay  -31008   2        -1      -1      -31008  -31008  -31008   replay
        old      late    late     late     -1      -1      -31008  -31008  -31008   -1/4
        2        -31008  -31008   replay   -2      -31007  2       -2      -31001   replay
        -1       -31008  -31008   -31008   replay  replay  -31008  -31008  -31008   replay
        -2       -31008  -31008   -31008   replay  replay  -31008  -31008  -31008   replay
        """

    private static let cells: [String: [String: String]] = {
        let lines = matrix.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        return Dictionary(
            uniqueKeysWithValues: lines.dropFirst().map { line in
                (line[0], Dictionary(uniqueKeysWithValues: zip(lines[0], line)))
            })
    }()

    enum Answer: Equatable {
        case done, replay
        case refused(Int)
    }

    /// nil: nothing stored yet.
    private(set) var state: Int64?
    private(set) var amount: Int64 = 0
    private(set) var refunded: Int64 = 0
    private(set) var reason: Int64?
    private(set) var createTime: Int64 = 0
    private(set) var performTime: Int64 = 0
    private(set) var cancelTime: Int64 = 0
    private(set) var changes = 0

    mutating func answer(_ call: Call, at now: Int64) -> Answer {
        let cell = Self.cells[row(at: now)]?[column(call)] ?? "?"
        switch cell {
        case "new":
            (state, amount, createTime) = (1, call.amount, now)
        case "2" where state == 1:
            (state, performTime) = (2, now)
        case "2":
            refunded += refund(call)
        case "-1":
            (state, cancelTime, reason) = (-1, now, 5)
        case "-1/4", "late":
            (state, cancelTime, reason) = (-1, now, 4)
        case "-2":
            (state, cancelTime, reason, refunded) = (-2, now, 5, amount)
        case "replay":
            return .replay
        default:
            return .refused(Int(cell) ?? 0)
        }
        changes += 1
        return cell == "late" ? .refused(-31008) : .done
    }

    private func row(at now: Int64) -> String {
        guard let state else { return "none" }
        guard state == 1 else { return String(state) }
        // Payme's own time of creation is the same as ours here.
        return now - createTime > 43_200_000 ? "old" : "fresh"
    }

    private func column(_ call: Call) -> String {
        switch call {
        case .create, .createOther: return state == nil || call.amount == amount ? "create" : "differs"
        case .perform: return "perform"
        case .cancel: return "cancel"
        case .cancelVetoed: return "vetoed"
        case .refund30, .refund70:
            let left = amount - refunded
            return refund(call) < left ? "some" : refund(call) == left ? "all" : "toomuch"
        case .wait, .expire: return "expire"
        }
    }

    private func refund(_ call: Call) -> Int64 { call == .refund30 ? 30 : 70 }
}
