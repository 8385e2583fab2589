import StrictJSON

/// Inter's statement with details (`/banking/v2/extrato/completo`): `transacoes`, each with `tipoTransacao`,
/// `tipoOperacao` C or D, `valor`, `titulo`, a day or a moment, and `detalhes`, whose fields differ by kind.
extension InterReading {
    func statement(_ value: JSONValue, _ number: Int64) throws(PixBankError) -> PixPage<PixMovement> {
        guard let items = value["transacoes"]?.arrayValue else { throw .unknown("the answer has no list transacoes") }
        var all: [PixMovement] = []
        var unreadable = 0
        for item in items {
            do throws(PixBankError) {
                if let movement = try movement(item) { all.append(movement) }
            } catch {
                unreadable += 1
            }
        }
        let pages = try Self.count(value["totalPaginas"], "totalPaginas", from: 0) ?? 1
        let hasMore = value["ultimaPagina"]?.boolValue.map { !$0 } ?? (number + 1 < pages)
        return PixPage(items: all, hasMore: hasMore && !items.isEmpty, unreadable: unreadable)
    }

    /// Nil: it is no Pix. A fee names the id of its payment, too, and is none.
    private func movement(_ value: JSONValue) throws(PixBankError) -> PixMovement? {
        guard let kind = value["tipoTransacao"]?.stringValue, kind == "PIX" || kind == "ESTORNO",
            let direction = value["tipoOperacao"]?.stringValue.flatMap(PixMovement.Direction.init(rawValue:))
        else { return nil }
        guard let amount = value["valor"].flatMap(PixWireMoney.centavos) else {
            throw .unknown("a movement of the statement has no amount that can be read")
        }
        let details = value["detalhes"]
        func text(_ name: String) -> String? { details?[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
        return PixMovement(
            direction, amount: amount, e2eID: text("endToEndId"), code: text("codigoSolicitacao"),
            key: text("chavePixRecebedor"), note: text("descricaoPix"), title: value["titulo"]?.stringValue,
            bookedAt: [value["dataInclusao"], value["dataTransacao"]].lazy.compactMap { $0?.stringValue }
                .compactMap(Self.moment).first)
    }

    /// `2026-08-10 09:00:00` or `2026-08-10`, in Brasília.
    private static func moment(_ text: String) -> Int64? {
        PixTime.milliseconds(text.utf8.count == 10 ? text + "T00:00:00" : text, offset: PixTime.localOffset)
    }
}
