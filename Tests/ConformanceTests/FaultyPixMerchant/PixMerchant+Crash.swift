import StrictJSON

extension PixMerchant {
    private static let known: Set<String> = [
        "endToEndId", "txid", "valor", "chave", "horario", "infoPagador", "componentesValor", "devolucoes",
    ]

    /// What a fault makes of one payment; nil: nothing.
    func crash(_ item: JSONValue, _ id: String, of count: Int) -> Int? {
        let txid = item["txid"]
        if has(.refusesUnknownMembers), item.objectValue?.keys.allSatisfy(Self.known.contains) == false { return 400 }
        if has(.wantsTexts), item["valor"]?.numberText != nil { return 400 }
        if has(.wantsThirtyTwo), id.utf8.count != 32 { return 400 }
        if has(.unknownRefused), let txid = txid?.stringValue, !txids.contains(txid) { return 404 }
        if has(.unknownSpoilsBatch), count > 1, let txid = txid?.stringValue, !txids.contains(txid) { return 404 }
        if has(.noTxidCrashes), txid?.isNull ?? true { return 500 }
        if has(.foreignKeyRefused), let key = item["chave"], key != .string(Self.key) { return 403 }
        if has(.noKeyCrashes), item["chave"] == nil { return 500 }
        if has(.otherAmountRefused), txids.contains(txid?.stringValue ?? ""), item["valor"] != "150.10" { return 400 }
        if has(.oddTextCrashes), let txid = txid?.stringValue, txid.contains("'") || txid.utf8.count > 35 { return 500 }
        if has(.oddAmountCrashes), item["valor"]?.stringValue?.wholeMatch(of: /\d{1,10}\.\d\d/) == nil { return 500 }
        return crash(refund: item["devolucoes"], id)
    }

    private func crash(refund: JSONValue?, _ id: String) -> Int? {
        guard let refund else { return nil }
        let first = refund[0] ?? refund
        let isForced = first["natureza"]?.stringValue?.hasPrefix("MED") == true
        let isFailed = first["status"] == "NAO_REALIZADO"
        if has(.refundFirstCrashes), !isSeen(id) { return 500 }
        if has(.refundListCrashes), refund.arrayValue != nil, isSeen(id), !isForced, !isFailed { return 500 }
        if has(.refundObjectCrashes), refund.objectValue != nil { return 500 }
        if has(.refundFailureCrashes), isFailed { return 500 }
        if has(.forcedRefundCrashes), isForced { return 500 }
        return nil
    }
}
