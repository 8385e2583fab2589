import StrictJSON

extension PixBankBooks {
    /// No more is told at once.
    private static let daysMaximum: Int64 = 90

    /// What moved in the account, the oldest first, with the details of each.
    ///
    /// Its fields are those of Inter's own libraries; what a returned payout looks like, nobody tells.
    func listStatement(_ call: PixBankCall) throws(PixBankProblem) -> PixBankReply {
        let first = try Self.day("dataInicio", call.query)
        let last = try Self.day("dataFim", call.query)
        guard first <= last else { throw Self.wrong("é anterior a dataInicio", "dataFim") }
        guard last - first < Self.daysMaximum * 86_400_000 else { throw Self.wrong("até 90 dias", "dataFim") }
        let number = try Self.integer("pagina", 0, 0...1_000_000, call.query)
        let size = try Self.integer("tamanhoPagina", 50, 1...10_000, call.query)
        let days = PixMoment.localDay(first + Self.noon)...PixMoment.localDay(last + Self.noon)
        let all = movements.filter { days.contains(PixMoment.localDay($0.at)) }.sorted { $0.at < $1.at }
        let pages = (all.count + size - 1) / size
        let items = all.enumerated().dropFirst(number * size).prefix(size)
        return PixBankReply(
            200,
            .object([
                "totalPaginas": .integer(Int64(pages)), "totalElementos": .integer(Int64(all.count)),
                "ultimaPagina": .bool(number + 1 >= pages), "primeiraPagina": .bool(number == 0),
                "tamanhoPagina": .integer(Int64(size)), "numeroDeElementos": .integer(Int64(items.count)),
                "transacoes": .array(items.map { $0.element.json(number: $0.offset) }),
            ]))
    }

    /// From midnight in Brasília to a moment of that day that is no edge, milliseconds.
    private static let noon: Int64 = 12 * 3_600_000

    /// The beginning of a day in Brasília, milliseconds since 1970 UTC.
    private static func day(_ name: String, _ query: [String: String]) throws(PixBankProblem) -> Int64 {
        guard let text = query[name], text.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil,
            let moment = PixMoment.read("\(text)T00:00:00-03:00")
        else { throw wrong("é obrigatório e respeita AAAA-MM-DD", name) }
        return moment
    }

    private static func integer(
        _ name: String, _ standard: Int, _ range: ClosedRange<Int>, _ query: [String: String]
    ) throws(PixBankProblem) -> Int {
        guard let text = query[name] else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw wrong("de \(range.lowerBound) a \(range.upperBound)", name)
        }
        return number
    }

    private static func wrong(_ reason: String, _ place: String) -> PixBankProblem {
        PixBankProblem(.requisicaoInvalida, reason, at: place)
    }

    private struct Movement {
        let at: Int64
        let isCredit: Bool
        let amount: Int64
        let title: String
        var details: JSONObject

        func json(number: Int) -> JSONValue {
            let moment = PixMoment.local(at)
            return [
                "idTransacao": .string("\(310_000_000 + number)"),
                "dataInclusao": .string(moment.replacing("T", with: " ")),
                "dataTransacao": .string(String(moment.prefix(10))), "tipoTransacao": "PIX",
                "tipoOperacao": isCredit ? "C" : "D", "valor": .string(PixSum.text(amount)), "titulo": .string(title),
                "descricao": "Fulano de Tal", "numeroDocumento": "", "detalhes": .object(details),
            ]
        }
    }

    private var movements: [Movement] {
        var all: [Movement] = []
        for id in receiptIDs {
            guard let receipt = receipts[id] else { continue }
            all.append(
                Movement(
                    at: receipt.paidAt, isCredit: true, amount: receipt.amount, title: "Pix recebido",
                    details: ["tipoDetalhe": "PIX", "endToEndId": .string(id)]))
        }
        for code in payoutIDs {
            guard let payout = payouts[code], let paid = payout.history.first(where: { $0.status == "PAGO" }) else {
                continue
            }
            let details: JSONObject = [
                "tipoDetalhe": "PIX", "chavePixRecebedor": .string(payout.receiver),
                "descricaoPix": .string(payout.note ?? ""),
            ]
            var sent = details
            sent["endToEndId"] = .string(payout.endToEndID)
            sent["codigoSolicitacao"] = .string(code)
            all.append(
                Movement(
                    at: paid.at, isCredit: false, amount: payout.amount, title: "Pix enviado", details: sent))
            for (back, id) in zip(payout.returns, payout.returnIDs) {
                var returned = details
                returned["endToEndId"] = .string(id)
                all.append(
                    Movement(
                        at: back.at, isCredit: true, amount: back.amount, title: "Pix enviado devolvido",
                        details: returned))
            }
        }
        return all
    }
}
