import StrictJSON

/// Compares a GetStatement's result with a rule.
///
/// Other payments may lie in the period, so only the rows that the rule names are looked for.
struct StatementJudge {
    let bindings: Bindings
    let isStrict: Bool

    func judge(_ result: JSONValue, _ rule: StatementRule, into verdict: inout Verdict) throws {
        guard let rows = result["transactions"]?.arrayValue else {
            verdict.problems.append("`transactions` is \(result["transactions"]?.kind ?? "missing"), not a list")
            return
        }
        if rule.isEmpty, !rows.isEmpty { verdict.problems.append("\(rows.count) transactions, not none") }
        var positions: [Int] = []
        for row in rule.rows {
            if let position = try judge(row, in: rows, into: &verdict) { positions.append(position) }
        }
        for template in rule.excluded {
            let id = try bindings.value(template)
            if rows.contains(where: { $0["id"] == id }) {
                verdict.problems.append("the transaction \(id.text) is in it, and should not be")
            }
        }
        if rule.isAscending { judgeOrder(rows, positions, into: &verdict) }
    }

    /// Where the row is.
    private func judge(_ row: StatementRule.Row, in rows: [JSONValue], into verdict: inout Verdict) throws -> Int? {
        let id = try bindings.value(row.id)
        let matches = rows.indices.filter { rows[$0]["id"] == id }
        guard let position = matches.first, matches.count == 1, let object = rows[position].objectValue else {
            verdict.problems.append("the transaction \(id.text) is in it \(matches.count) times, not once")
            return nil
        }
        try MatcherJudge(bindings: bindings, isStrict: isStrict)
            .judge(object, row.fields, prefix: "", into: &verdict)
        return position
    }

    private func judgeOrder(_ rows: [JSONValue], _ positions: [Int], into verdict: inout Verdict) {
        let times = rows.map { $0["time"]?.integerValue }
        guard !times.contains(nil) else {
            verdict.problems.append("a row has no `time`")
            return
        }
        let isAscending = zip(times, times.dropFirst()).allSatisfy { ($0 ?? 0) <= ($1 ?? 0) }
        if !isAscending || positions != positions.sorted() {
            verdict.problems.append("the transactions are not in ascending order of `time`")
        }
    }
}
