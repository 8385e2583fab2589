import Payments
import Pledg
import Specification

/// What stands in the form in which a leader names his group.
struct PledgMembersEntry: Sendable {
    enum Split: String, Sendable { case equal, weighted, custom }

    struct Row: Sendable, Hashable {
        var email: String
        var number: String

        var isEmpty: Bool { email.allSatisfy(\.isWhitespace) }
    }

    var split: Split
    /// The leader's own.
    var number: String
    var rows: [Row]

    static let weightMaximum: Int64 = 1_000_000

    /// Why it is not what is wanted.
    enum Flaw: Error, Sendable, Hashable {
        /// Of the row at that place, from 0.
        case email(Int, PledgAddressError)
        /// Of the row at that place; -1: the leader's own.
        case number(Int)
    }

    /// As it was sent.
    init(_ form: PledgForm) {
        split = Split(rawValue: form["split"]) ?? .equal
        let (emails, numbers) = (form.all("email"), form.all("number"))
        number = numbers.first ?? ""
        rows = emails.enumerated().map { index, email in
            Row(email: email, number: index + 1 < numbers.count ? numbers[index + 1] : "")
        }
    }

    /// As the group stands.
    init(_ view: PledgLeaderView, _ language: PledgLanguage) {
        let amounts = view.members.map(\.amount.minor)
        let equal = try? PledgSplit.equal.amounts(of: view.amount.minor, members: amounts.count)
        let isEqual = equal == amounts
        let others = view.members.filter { !$0.isLeader }
        func text(_ money: Money) -> String { isEqual ? "" : PledgWords.plain(money, language) }
        split = isEqual ? .equal : .custom
        number = view.members.first(where: \.isLeader).map { text($0.amount) } ?? ""
        rows = others.map { Row(email: $0.email, number: text($0.amount)) }
    }

    /// What the core is told.
    ///
    /// - Throws: ``Flaw``
    func wish(
        _ currency: Currency, _ limits: PledgSpecification.Limits
    ) throws(Flaw) -> (members: [PledgMember], split: PledgSplit) {
        var members: [PledgMember] = []
        var seen: Set<String> = []
        for (index, row) in rows.enumerated() where !row.isEmpty {
            let address: PledgAddress
            do throws(PledgAddressError) {
                address = try PledgAddress(row.email, limits)
            } catch {
                throw .email(index, error)
            }
            guard seen.insert(address.key).inserted else { throw .email(index, .duplicate) }
            members.append(PledgMember(email: row.email))
        }
        switch split {
        case .equal: return (members, .equal)
        case .weighted: return (members, .weighted(try numbers { Self.weight($0) }))
        case .custom: return (members, .custom(try numbers { PledgMembersEntry.amount($0, currency)?.minor }))
        }
    }

    /// Which row names that address, however it is spelled there; nil: none.
    func row(of address: String, _ limits: PledgSpecification.Limits) -> Int? {
        guard let wanted = try? PledgAddress(address, limits) else { return nil }
        return rows.firstIndex { (try? PledgAddress($0.email, limits))?.key == wanted.key }
    }

    private func numbers(_ read: (String) -> Int64?) throws(Flaw) -> [Int64] {
        guard let own = read(number) else { throw .number(-1) }
        var numbers = [own]
        for (index, row) in rows.enumerated() where !row.isEmpty {
            guard let value = read(row.number) else { throw .number(index) }
            numbers.append(value)
        }
        return numbers
    }

    /// Nothing at all is one part.
    private static func weight(_ text: String) -> Int64? {
        let text = text.filter { !$0.isWhitespace }
        guard !text.isEmpty else { return 1 }
        guard text.utf8.count <= 7, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(text),
            number <= weightMaximum
        else { return nil }
        return number
    }

    /// An amount as people type it: `1 234,56`, `1,234.56`. Nil for what could be two amounts, such as `1,234`, and for
    /// groups that are not of three digits.
    static func amount(_ text: String, _ currency: Currency) -> Money? {
        let spaces = text.split(omittingEmptySubsequences: false) { $0.isWhitespace || $0 == "'" || $0 == "’" }
        // Spaces around it are none of it.
        let pieces = spaces.drop(while: \.isEmpty).reversed().drop(while: \.isEmpty).reversed()
        guard isGrouped(pieces.map { $0.prefix { $0 != "," && $0 != "." } }),
            pieces.dropLast().allSatisfy({ !$0.contains(",") && !$0.contains(".") })
        else { return nil }
        var text = pieces.joined()
        let marks = text.filter { $0 == "," || $0 == "." }
        if let last = marks.last, marks.count > 1 {
            let isOne = Set(marks).count == 1
            let group = isOne ? last : last == "," ? "." : ","
            let whole = isOne ? text[...] : text.prefix { $0 != last }
            guard pieces.count == 1, isOne || marks.filter({ $0 == last }).count == 1,
                isGrouped(whole.split(separator: group, omittingEmptySubsequences: false))
            else { return nil }
            text = text.filter { $0 != group }
        }
        return Money(decimal: text.replacing(",", with: "."), currency: currency)
    }

    /// Whether they are a number's groups: up to three digits, then three each. A single one may have any length.
    private static func isGrouped(_ groups: [Substring]) -> Bool {
        groups.count <= 1 || ((1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 })
    }

    /// Whether both ask for the same.
    func isSame(as other: PledgMembersEntry) -> Bool {
        let (own, theirs) = (rows.filter { !$0.isEmpty }, other.rows.filter { !$0.isEmpty })
        guard split == other.split, own.map(\.email) == theirs.map(\.email) else { return false }
        return split == .equal || (number == other.number && own == theirs)
    }
}
