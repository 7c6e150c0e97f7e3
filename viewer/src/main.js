document.title+=""
