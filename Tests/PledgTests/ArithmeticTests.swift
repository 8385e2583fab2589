import Testing

@testable import Pledg

@Suite("An amount is divided to the last unit")
struct ArithmeticTests {
    @Test("equally, for every amount of 1 to 2000 and every group of 1 to 16", arguments: 1...16)
    func equal(members: Int) throws {
        for total in Int64(1)...2_000 {
            guard total >= Int64(members) else {
                // The leader takes what cannot be divided; nothing is left for the others.
                #expect(throws: PledgSplitError.tooSmall(member: 1, amount: 0, minimum: 1)) {
                    try PledgSplit.equal.amounts(of: total, members: members)
                }
                continue
            }
            let leader = try PledgSplit.equal.amounts(of: total, members: members)
            #expect(leader.reduce(0, +) == total)
            #expect(Set(leader.dropFirst()).count <= 1)
            #expect(leader[0] - (leader.last ?? 0) == (members > 1 ? total % Int64(members) : 0))
            let first = try PledgSplit.equalFirstMore.amounts(of: total, members: members)
            #expect(first.reduce(0, +) == total)
            #expect(first == first.sorted(by: >))
            #expect(first[0] - (first.last ?? 0) <= 1)
        }
    }

    @Test("by weights, for every amount of 1 to 2000 and every group of 1 to 16", arguments: 1...16)
    func weighted(members: Int) throws {
        let weights = (0..<members).map { Int64($0 * $0 + 1) }
        let sum = weights.reduce(0, +)
        for total in Int64(1)...2_000 {
            let parts = try #require(LargestRemainder.divide(total, by: weights))
            #expect(parts.reduce(0, +) == total)
            for (part, weight) in zip(parts, weights) {
                #expect(part == total * weight / sum || part == total * weight / sum + 1)
            }
        }
    }

    @Test("as the fact sheet computes it")
    func vectors() throws {
        #expect(try PledgSplit.equalFirstMore.amounts(of: 10_000, members: 3) == [3_334, 3_333, 3_333])
        #expect(try PledgSplit.equal.amounts(of: 10_000, members: 3) == [3_334, 3_333, 3_333])
        #expect(
            try PledgSplit.equalFirstMore.amounts(of: 3_000, members: 7) == [429, 429, 429, 429, 428, 428, 428])
        #expect(
            try PledgSplit.equalFirstMore.amounts(of: 35_316, members: 8)
                == [4_415, 4_415, 4_415, 4_415, 4_414, 4_414, 4_414, 4_414])
        #expect(try PledgSplit.weighted([1, 1, 1]).amounts(of: 10_001, members: 3) == [3_334, 3_334, 3_333])
        #expect(try PledgSplit.equal.amounts(of: 11, members: 3) == [5, 3, 3])
    }

    /// Why amounts of one's own are refused; nil: they are not.
    private func refusal(_ amounts: [Int64], of total: Int64) -> PledgSplitError? {
        do throws(PledgSplitError) {
            let taken = try PledgSplit.custom(amounts).amounts(of: total, members: amounts.count)
            return taken == amounts ? nil : .amount
        } catch {
            return error
        }
    }

    @Test(
        "with amounts of one's own, and a mismatch says by how much, for every amount of 1 to 2000 and every group",
        arguments: 1...16)
    func custom(members: Int) {
        var wrong: [String] = []
        func expect(_ amounts: [Int64], of total: Int64, _ wanted: PledgSplitError?) {
            let got = refusal(amounts, of: total)
            if got != wanted { wrong.append("\(amounts) of \(total): \(got.map { "\($0)" } ?? "taken")") }
        }
        for total in Int64(1)...2_000 {
            // One unit each, and the leader what is left: that can be less than nothing.
            let others = Array(repeating: Int64(1), count: members - 1)
            let own = total - Int64(others.count)
            let isPossible = own >= 0
            expect([own] + others, of: total, isPossible ? nil : .tooSmall(member: 0, amount: own, minimum: 0))
            // The leader nothing, the last all the rest.
            if members > 1 {
                let last = total - Int64(members - 2)
                let amounts = [0] + others.dropLast() + [last]
                expect(
                    amounts, of: total,
                    last > 0 ? nil : .tooSmall(member: members - 1, amount: last, minimum: last < 0 ? 0 : 1))
            }
            guard isPossible else { continue }
            expect([own + 3] + others, of: total, .sum(difference: 3))
            if own > 0 { expect([own - 1] + others, of: total, .sum(difference: -1)) }
        }
        #expect(wrong == [])
        #expect("\(PledgSplitError.sum(difference: -5))".contains("5 too little"))
        #expect("\(PledgSplitError.sum(difference: 5))".contains("5 too much"))
    }

    @Test("nothing at all is possible for the leader alone, and a share is not below the least")
    func limits() throws {
        #expect(try PledgSplit.custom([0, 60, 40]).amounts(of: 100, members: 3) == [0, 60, 40])
        #expect(throws: PledgSplitError.tooSmall(member: 1, amount: 0, minimum: 1)) {
            try PledgSplit.custom([60, 0, 40]).amounts(of: 100, members: 3)
        }
        #expect(throws: PledgSplitError.tooSmall(member: 0, amount: 99, minimum: 100)) {
            try PledgSplit.custom([99, 101]).amounts(of: 200, members: 2, minimum: 100)
        }
        #expect(try PledgSplit.custom([0, 200]).amounts(of: 200, members: 2, minimum: 100) == [0, 200])
        #expect(throws: PledgSplitError.members(maximum: 16)) { try PledgSplit.equal.amounts(of: 100, members: 17) }
        #expect(throws: PledgSplitError.members(maximum: 16)) { try PledgSplit.equal.amounts(of: 100, members: 0) }
        #expect(throws: PledgSplitError.amount) { try PledgSplit.equal.amounts(of: 0, members: 2) }
        #expect(throws: PledgSplitError.count(2)) { try PledgSplit.custom([1]).amounts(of: 5, members: 2) }
    }

    @Test("nothing is too large to be divided, and what cannot be counted is refused")
    func overflow() throws {
        let huge = Int64.max
        let parts = try PledgSplit.weighted([huge / 2, huge / 3, 1]).amounts(of: huge, members: 3)
        #expect(parts.reduce(0, +) == huge)
        #expect(throws: PledgSplitError.weights) {
            try PledgSplit.weighted([huge, 1]).amounts(of: 5, members: 2)
        }
        #expect(throws: PledgSplitError.weights) { try PledgSplit.weighted([0, 0]).amounts(of: 5, members: 2) }
        #expect(throws: PledgSplitError.weights) { try PledgSplit.weighted([-1, 2]).amounts(of: 5, members: 2) }
        #expect(throws: PledgSplitError.sum(difference: .max)) {
            try PledgSplit.custom([huge, huge]).amounts(of: 5, members: 2)
        }
    }

    @Test("9.25 an amount that cannot be divided is divided all the same; more members than units are refused")
    func row25() throws {
        #expect(try PledgSplit.equal.amounts(of: 1_000, members: 3) == [334, 333, 333])
        #expect(throws: PledgSplitError.tooSmall(member: 1, amount: 0, minimum: 1)) {
            try PledgSplit.equal.amounts(of: 2, members: 3)
        }
        #expect(throws: PledgSplitError.tooSmall(member: 2, amount: 0, minimum: 1)) {
            try PledgSplit.equalFirstMore.amounts(of: 2, members: 3)
        }
    }
}

@Suite("What is given back is divided among those who paid")
struct ProportionalRefundTests {
    @Test("to the last unit, and to none more than he paid", arguments: 1...8)
    func whole(members: Int) throws {
        let paid = (0..<members).map { Int64($0 * 7 + 3) }
        let total = paid.reduce(0, +)
        for first in 1...total {
            let one = try #require(ProportionalRefund.divide(first, paid: paid, returned: paid.map { _ in 0 }))
            #expect(one.reduce(0, +) == first)
            #expect(zip(one, paid).allSatisfy { $0 <= $1 })
            guard first < total else { continue }
            // And the rest of it brings everybody to nothing.
            let rest = try #require(ProportionalRefund.divide(total - first, paid: paid, returned: one))
            #expect(zip(one, rest).map { $0 + $1 } == paid)
        }
        #expect(ProportionalRefund.divide(total + 1, paid: paid, returned: paid.map { _ in 0 }) == nil)
    }

    @Test("what is above one's cap goes to the others")
    func caps() {
        #expect(ProportionalRefund.divide(40, paid: [50, 50], returned: [45, 0]) == [5, 35])
        #expect(ProportionalRefund.divide(55, paid: [50, 50], returned: [45, 0]) == [5, 50])
        #expect(ProportionalRefund.divide(56, paid: [50, 50], returned: [45, 0]) == nil)
        #expect(ProportionalRefund.divide(0, paid: [50], returned: [0]) == nil)
        let huge = Int64.max / 2
        #expect(ProportionalRefund.divide(huge, paid: [huge, huge], returned: [0, 0]) == [huge - huge / 2, huge / 2])
    }
}
